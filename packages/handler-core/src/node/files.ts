import { dirname } from 'node:path';
import type { FilePort } from '../ports/ports.ts';
import { writingError } from './file-errors.ts';
import { lookAtFile, openFileSource } from './file-source.ts';
import { type Machine, thisMachine } from './file-system.ts';
import { openFileTarget } from './file-target.ts';
import { sweepFolder, sweepNowAndThen } from './leftovers.ts';

/** Files by path, of this machine or one that stands in for it. A folder's abandoned temporary files go at the first download into it. */
export function filesOf(machine: Machine): FilePort {
  return {
    look: (path) => lookAtFile(path, machine.files),
    openSource: (path) => openFileSource(path, machine.files),
    openTarget: async (path, resumeKey, options) => {
      const target = await openFileTarget(path, resumeKey, options, machine);
      sweepNowAndThen(dirname(path), machine.clock.now(), machine);
      return target;
    },
    sweep: (folder, olderThan) =>
      sweepFolder(folder, olderThan, machine).catch((error: unknown) => {
        throw writingError(error, folder);
      }),
  };
}

/** Files by path, through `node:fs`. */
export const nodeFiles: FilePort = filesOf(thisMachine);
