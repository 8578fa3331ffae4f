import { fileUrlFor, keyOfFileUrl, TransferError } from '@mesibo-files/handler-core';
import { decodeText, encodeText } from './encoding.ts';
import { MAX_OBJECT_SIZE, MAX_PART_SIZE } from './limits.ts';
import type { S3Checksum } from './options.ts';
import type { Settings } from './settings.ts';

/** All the state of an upload, as it stands in a ticket: any replica of the signer can go on with it. */
export interface TicketFacts {
  readonly bucket: string;
  readonly key: string;
  /** Null for a file in one request. */
  readonly uploadId: string | null;
  /** Null for a stream of unknown length. */
  readonly size: number | null;
  readonly maxSize: number;
  readonly partSize: number;
  readonly contentType: string;
  readonly name: string;
  readonly uid: number;
  readonly mid: string;
  readonly source: number;
  /** Empty in the ticket of an upload that was only found by listing; it is good for a discard. */
  readonly transferId: string;
  readonly checksum: S3Checksum;
  /** Whether the ETag of a part is the MD5 of its bytes: not with KMS. */
  readonly plainETags: boolean;
  readonly begunAt: number;
}

const VERSION = 's3.1';

/** The checks of a ticket, field by field. */
const FIELDS: { readonly [Name in keyof TicketFacts]: (value: unknown) => boolean } = {
  bucket: isText,
  key: isText,
  uploadId: (value) => value === null || (isText(value) && value !== ''),
  size: (value) => value === null || isWhole(value, MAX_OBJECT_SIZE),
  maxSize: (value) => isWhole(value, MAX_OBJECT_SIZE),
  partSize: (value) => isWhole(value, MAX_PART_SIZE) && value !== 0,
  contentType: isHeaderText,
  name: isText,
  uid: (value) => Number.isSafeInteger(value),
  mid: (value) => typeof value === 'string' && /^-?\d{1,20}$/.test(value),
  source: (value) => Number.isSafeInteger(value),
  transferId: isHeaderText,
  checksum: (value) => value === 'crc32' || value === 'md5' || value === 'none',
  plainETags: (value) => typeof value === 'boolean',
  begunAt: (value) => isWhole(value, 8.64e15),
};

export function writeTicket(facts: TicketFacts): string {
  return encodeText(JSON.stringify({ version: VERSION, ...facts }));
}

/**
 * Reads a ticket, trusting nothing in it: a client may have kept or made it.
 * @throws `invalid-argument` for what is no ticket of this bucket and prefix
 */
export function readTicket(ticket: string, settings: Pick<Settings, 'bucket' | 'prefix'>): TicketFacts {
  const found = typeof ticket === 'string' ? parse(decodeText(ticket)) : null;
  if (found === null) throw refusal('it can not be read');
  if (!isTicket(found)) throw refusal('a field is missing or wrong');
  if (found.bucket !== settings.bucket) throw refusal('it is of another bucket');
  if (!isUnder(settings.prefix, found.key)) throw refusal('its key is not under the prefix');
  if (found.uploadId === null && found.size === null) throw refusal('a single request must have a size');
  return found;
}

function isUnder(prefix: string, key: string): boolean {
  try {
    return keyOfFileUrl(`https://bucket/${prefix}`, fileUrlFor('https://bucket', key)) !== null;
  } catch {
    return false;
  }
}

function isTicket(value: object): value is TicketFacts {
  if (Reflect.get(value, 'version') !== VERSION) return false;
  return Object.entries(FIELDS).every(([name, isGood]) => isGood(Reflect.get(value, name)));
}

function parse(text: string | null): object | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

function refusal(why: string): TransferError {
  return new TransferError('invalid-argument', `This is no ticket of this signer: ${why}.`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 4096;
}

function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && /^[\x20-\x7e]{0,1024}$/.test(value);
}

function isWhole(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;
}
