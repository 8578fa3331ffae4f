import { TransferError } from '../errors/transfer-error.ts';

/** Keys of files have their source here, which is a number. */
const FOLDER = 'pending/';

/** An earlier name of the same thing; what lies there is no file either. */
const OLD_FOLDER = 'staging/';

/** Where uploads wait for their commit: a prefix of names, with a slash at its end, as a lifecycle rule wants it. */
export function pendingFolder(prefix: string): string {
  return inFolder(prefix, FOLDER);
}

/** The name under which an upload waits until its commit promotes it to `key`. */
export function pendingName(prefix: string, key: string): string {
  return pendingFolder(prefix) + (prefix === '' ? key : key.slice(prefix.length + 1));
}

/** The key that a pending object would get. @throws `invalid-argument` for a name that is not in the folder */
export function keyOfPending(prefix: string, name: string): string {
  const folder = pendingFolder(prefix);
  if (!name.startsWith(folder)) throw new TransferError('invalid-argument', 'This is no pending name.');
  return inFolder(prefix, name.slice(folder.length));
}

/** Whether a name is of something that waits: it is no file, and is never read, owned or removed as one. */
export function isPendingName(prefix: string, name: string): boolean {
  return name.startsWith(pendingFolder(prefix)) || name.startsWith(inFolder(prefix, OLD_FOLDER));
}

function inFolder(prefix: string, rest: string): string {
  return prefix === '' ? rest : `${prefix}/${rest}`;
}
