import { copyFile, lstat, open, opendir, rename, rm, stat, statfs } from 'node:fs/promises';
import type { Clock } from '../ports/ports.ts';
import { systemClock } from '../ports/system.ts';
import { isDead, type ProcessIdentity, thisProcess } from './process-identity.ts';

/** The facts of a file. */
export interface FileStats {
  readonly size: number;
  readonly ino: number;
  readonly dev: number;
  readonly uid: number;
  readonly nlink: number;
  readonly mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** The same to the last digit, as `node:fs` tells it with `bigint`. */
export interface ExactFileStats {
  readonly size: bigint;
  readonly ino: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** The methods needed of an open file. */
export interface OpenFile {
  read(buffer: Uint8Array, at: number, length: number, position: number): Promise<{ bytesRead: number }>;
  write(buffer: Uint8Array, at: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  writeFile(text: string): Promise<void>;
  readFile(encoding: 'utf8'): Promise<string>;
  stat(): Promise<FileStats>;
  stat(options: { readonly bigint: true }): Promise<ExactFileStats>;
  truncate(size: number): Promise<void>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The functions needed of `node:fs/promises`. */
export interface FileSystem {
  open(path: string, flags: string | number, mode?: number): Promise<OpenFile>;
  stat(path: string): Promise<FileStats>;
  stat(path: string, options: { readonly bigint: true }): Promise<ExactFileStats>;
  lstat(path: string): Promise<FileStats>;
  copyFile(from: string, to: string, mode?: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: boolean }): Promise<void>;
  opendir(path: string): Promise<AsyncIterable<{ readonly name: string }>>;
  /** Absent: nobody knows what is free. */
  statfs?(path: string): Promise<{ readonly bavail: number; readonly bsize: number }>;
}

/**
 * What Node's files need of the machine: so that a simulation can put one of its own under them, whose disk fills and
 * fails and loses what was not flushed, and whose processes are killed.
 */
export interface Machine {
  readonly files: FileSystem;
  readonly clock: Clock;
  /** The process that asks. */
  self(): Promise<ProcessIdentity>;
  /** Whether a process is dead for certain. */
  isDead(other: ProcessIdentity): Promise<boolean>;
}

/** The one that this runs on. */
export const thisMachine: Machine = {
  files: { copyFile, lstat, open, opendir, rename, rm, stat, statfs },
  clock: systemClock,
  self: thisProcess,
  isDead,
};
