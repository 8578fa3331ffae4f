import { toHex } from '../digest/hex.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { RandomPort } from '../ports/ports.ts';
import { slug } from './slug.ts';

/** The most bytes of an object key in every store known (Amazon S3, Google Cloud Storage, Azure Blob: 1,024). */
export const MAX_KEY_BYTES = 1024;

/** Leaves room for the rest of the key. */
const MAX_PREFIX_BYTES = 800;

/** What an object key is made of. */
export interface ObjectKeyFacts {
  /** Folder in the bucket, as in `chat/files`; empty for none. Slashes at its ends don't matter. */
  readonly prefix: string;
  /** One of `FILESOURCE`, or another whole number. */
  readonly source: number;
  /** Milliseconds since 1970, by the signer's clock. */
  readonly now: number;
  readonly random: RandomPort;
  /** The file's name; see `slug` for what is kept of it. */
  readonly name: string;
}

/**
 * A prefix with no slash at its ends, of at most 800 of `A-Z a-z 0-9 . _ ~ = @ -` and `/`.
 * @throws `invalid-argument` for anything else, for `.` and `..`, and for empty segments
 */
export function cleanPrefix(prefix: string): string {
  const inner = prefix.replace(/^\//, '').replace(/\/$/, '');
  if (inner === '') return '';
  const good = inner.split('/').every((part) => /^[\w.~=@-]+$/.test(part) && part !== '.' && part !== '..');
  if (!good || inner.length > MAX_PREFIX_BYTES) {
    throw new TransferError(
      'invalid-argument',
      'The key prefix must be of letters, digits and . _ ~ = @ - between slashes.',
    );
  }
  return inner;
}

/**
 * A new key, which nobody can guess: `<prefix>/<source>/<yyyy>/<mm>/<32 hex digits of 16 random bytes>/<slug>`, of
 * ASCII only and at most {@link MAX_KEY_BYTES}. The month is UTC's.
 * @throws `invalid-argument` when the prefix, the source or the time can't be in a key
 */
export function objectKey(facts: ObjectKeyFacts): string {
  const date = new Date(facts.now);
  if (!Number.isSafeInteger(facts.source) || Number.isNaN(date.getTime())) {
    throw new TransferError('invalid-argument', 'The source must be a whole number, and the time a date.');
  }
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  const month = String(date.getUTCMonth() + 1).padStart(2, '0');
  const secret = toHex(facts.random.bytes(16));
  const prefix = cleanPrefix(facts.prefix);
  const key = `${facts.source}/${year}/${month}/${secret}/${slug(facts.name)}`;
  return prefix === '' ? key : `${prefix}/${key}`;
}
