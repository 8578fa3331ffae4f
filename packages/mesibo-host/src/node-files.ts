import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What the host must know of local files, so that another platform, or a test, can answer. */
export interface HostFiles {
  /** Bytes of a regular file; 0 for anything else. It never throws: what is wrong with a path, the handler says. */
  size(path: string): number;
  /** Whether anything has this path. */
  exists(path: string): boolean;
  /** A path inside a folder. */
  join(folder: string, name: string): string;
  /** The last name of a path. */
  name(path: string): string;
}

export const nodeFiles: HostFiles = {
  size(path) {
    try {
      const facts = statSync(path);
      return facts.isFile() ? facts.size : 0;
    } catch {
      return 0;
    }
  },
  exists: existsSync,
  join,
  name: (path) => basename(path),
};
