import { dirname } from 'node:path';
import type { FilePort } from '../ports/files.ts';
import { systemClock } from '../ports/system.ts';
import { lookAtFile, openFileSource } from './file-source.ts';
import { openFileTarget } from './file-target.ts';
import { sweepFolder, sweepNowAndThen } from './leftovers.ts';

/** Files by path, through `node:fs`. A folder's abandoned temporary files go at the first download into it. */
export const nodeFiles: FilePort = {
  look: lookAtFile,
  openSource: openFileSource,
  openTarget: async (path, resumeKey, options) => {
    const target = await openFileTarget(path, resumeKey, options);
    sweepNowAndThen(dirname(path), systemClock.now());
    return target;
  },
  sweep: (folder, olderThan) => sweepFolder(folder, olderThan, systemClock.now()),
};
