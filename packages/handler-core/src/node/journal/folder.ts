import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ErrorCode } from '../../errors/codes.ts';
import { TransferError } from '../../errors/transfer-error.ts';

const CODES: Readonly<Record<string, ErrorCode>> = { ENOSPC: 'disk-full', EDQUOT: 'disk-full' };

/** What the system said, as ours: it names the folder. */
export function journalError(folder: string, error: unknown): TransferError {
  if (TransferError.is(error)) return error;
  const code = codeOf(error) ?? (error instanceof Error ? error.message : 'unknown');
  const text = `the journal in ${JSON.stringify(folder)} can't be read or written: ${code}`;
  return new TransferError(CODES[code] ?? 'file-io', text, { cause: error });
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Makes a folder for its owner alone, where there is none, and proves that files can be written into it.
 *
 * It makes folder after folder by itself: Node's recursive `mkdir` never ends on a file system that answers "not found"
 * when a folder is to be made in one that is there, as /proc does.
 *
 * @throws `file-io`, `disk-full`: with the path, and why
 */
export function makeJournalFolder(folder: string): string {
  const path = resolve(folder);
  try {
    const missing: string[] = [];
    for (let at = path; !isFolder(at); at = dirname(at)) missing.unshift(at);
    for (const each of missing) makeFolder(each);
    const probe = join(path, `${randomBytes(8).toString('hex')}.probe`);
    writeFileSync(probe, '', { flag: 'wx', mode: 0o600 });
    rmSync(probe);
    return path;
  } catch (error) {
    throw journalError(path, error);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it at the same moment.
    if (codeOf(error) !== 'EEXIST' || !isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) {
    if (dirname(path) === path) throw new Error('there is no such drive');
    return false;
  }
  if (!facts.isDirectory()) throw new Error(`${JSON.stringify(path)} is no folder`);
  return true;
}
