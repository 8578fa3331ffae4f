import { normaliseMediaType } from './media-type.ts';

/**
 * What the facts of a file may be. One grammar for all that read them: a request to a file server, the beginning of an
 * upload, and its ticket. What begins an upload must be good for every later call of it.
 */

/** Random id of a transfer: 1 to 128 of printable ASCII with no blank. */
export const TRANSFER_ID: RegExp = /^[\x21-\x7e]{1,128}$/;

/** Id of a message in decimal; some platforms write what is above 2^63 as negative. */
export const MESSAGE_ID: RegExp = /^-?\d{1,20}$/;

/** Characters of a name that is looked at; `trueName` makes at most 4,000 bytes of it. */
export const MAX_NAME_LENGTH = 4096;

export function isTransferId(value: unknown): value is string {
  return typeof value === 'string' && TRANSFER_ID.test(value);
}

export function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && MESSAGE_ID.test(value);
}

/** Bytes; null for a stream whose length is not known. */
export function isSize(value: unknown): value is number | null {
  return value === null || isCount(value);
}

/** A whole number, not negative. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A media type as the server writes it; any other is written so before it is kept. */
export function isWrittenType(value: unknown): value is string {
  return typeof value === 'string' && normaliseMediaType(value) === value;
}
