import {
  appendFile,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';

/** What is known of a file, as `node:fs` tells it with `bigint`. */
export interface FileStats {
  readonly size: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** What the port needs of an open file. */
export interface OpenFile {
  read(buffer: Uint8Array, at: number, length: number, position: number): Promise<{ bytesRead: number }>;
  write(buffer: Uint8Array, at: number, length: number, position: number | null): Promise<{ bytesWritten: number }>;
  appendFile(data: string | Uint8Array): Promise<void>;
  writeFile(data: string | Uint8Array): Promise<void>;
  readFile(encoding: 'utf8'): Promise<string>;
  stat(options: { readonly bigint: true }): Promise<FileStats>;
  truncate(size: number): Promise<void>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What Node's files and journal need of `node:fs/promises`: so that a test can put a disk of its own under them, one
 * that fills, fails, or loses what was not flushed.
 */
export interface FileSystem {
  open(path: string, flags: string, mode?: number): Promise<OpenFile>;
  stat(path: string, options: { readonly bigint: true }): Promise<FileStats>;
  lstat(path: string, options: { readonly bigint: true }): Promise<FileStats>;
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  writeFile(
    path: string,
    data: string | Uint8Array,
    options?: { readonly mode?: number; readonly flag?: string },
  ): Promise<void>;
  appendFile(path: string, data: string | Uint8Array, options?: { readonly mode?: number }): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(existing: string, added: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rm(path: string, options?: { readonly force?: boolean; readonly recursive?: boolean }): Promise<void>;
  mkdir(path: string, options?: { readonly recursive?: boolean; readonly mode?: number }): Promise<unknown>;
  readdir(path: string): Promise<string[]>;
  realpath(path: string): Promise<string>;
  truncate(path: string, size: number): Promise<void>;
  utimes(path: string, accessed: Date | number, modified: Date | number): Promise<void>;
}

/** The machine's own. */
export const nodeFileSystem: FileSystem = {
  appendFile,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  truncate,
  unlink,
  utimes,
  writeFile,
};
