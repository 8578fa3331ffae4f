import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FilePort } from '../ports/files.ts';
import { openFileSource } from './file-source.ts';
import { copyToTarget, openFileTarget } from './file-target.ts';

/** Files by path, through `node:fs`. */
export const nodeFiles: FilePort = {
  openSource: openFileSource,
  openTarget: openFileTarget,
  copy: copyToTarget,
  async freeSpace(path) {
    const facts = await statfs(dirname(path)).catch(() => null);
    return facts === null ? null : facts.bavail * facts.bsize;
  },
};
