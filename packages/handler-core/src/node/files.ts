import type { FilePort } from '../ports/files.ts';
import { openFileSource } from './file-source.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { copyToTarget, openFileTarget } from './file-target.ts';

/** Files by path, through `node:fs` or what stands in its place. */
export function filesOver(files: FileSystem): FilePort {
  return {
    openSource: (path) => openFileSource(path, files),
    openTarget: (path, resumeKey) => openFileTarget(path, resumeKey, files),
    copy: (from, to) => copyToTarget(from, to, files),
  };
}

/** Files by path, through `node:fs`. */
export const nodeFiles: FilePort = filesOver(nodeFileSystem);
