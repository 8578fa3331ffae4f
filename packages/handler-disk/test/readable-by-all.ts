import { type FileSystem, nodeFileSystem } from '../src/store/files.ts';

/**
 * The real file system, but everyone may read what is made. In one case the suite makes this process a user who may read
 * nothing of others; the store, which would be another process with a user of its own, must go on.
 */
export const readableByAll: FileSystem = {
  ...nodeFileSystem,
  mkdir: ((path, options) =>
    nodeFileSystem.mkdir(path, { ...(options as object), mode: 0o755 })) as FileSystem['mkdir'],
  open: (path, flags) => nodeFileSystem.open(path, flags, 0o644),
};
