import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';

/** What the host must know of local files, so that another platform, or a test, can answer. None of them throws. */
export interface HostFiles {
  /** Bytes of a regular file; 0 for anything else: what is wrong with a path, the handler says. */
  size(path: string): number;
  /** Whether anything has this path. */
  exists(path: string): boolean;
  /** A small file's bytes; null where there is no regular file, or it has more than so many. */
  read(path: string, most: number): Uint8Array | null;
  /** Removes a file; false where there was none, or it could not be removed. */
  remove(path: string): boolean;
  /** Makes a folder with its parents; nothing happens when it is there, or can not be made. */
  makeFolder(path: string): void;
  /** The absolute path of a file in a folder. */
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
  read(path, most) {
    try {
      return statSync(path).isFile() ? readUpTo(path, most) : null;
    } catch {
      return null;
    }
  },
  remove(path) {
    try {
      rmSync(path);
      return true;
    } catch {
      return false;
    }
  },
  makeFolder(path) {
    try {
      mkdirSync(path, { recursive: true });
    } catch {
      // The transfer that needs it says why it is missing.
    }
  },
  join: resolve,
  name: (path) => basename(path),
};

function readUpTo(path: string, most: number): Uint8Array | null {
  const buffer = new Uint8Array(most + 1);
  const file = openSync(path, 'r');
  try {
    let read = 0;
    for (;;) {
      const got = readSync(file, buffer, read, buffer.length - read, read);
      read += got;
      if (read > most) return null;
      if (got === 0) return buffer.slice(0, read);
    }
  } finally {
    closeSync(file);
  }
}
