import { fromBase64Url, toBase64Url } from '../digest/base64.ts';
import { TransferError } from '../errors/transfer-error.ts';
import {
  isCount,
  isMessageId,
  isSize,
  isTransferId,
  isWrittenType,
  MAX_NAME_LENGTH,
} from '../naming/facts.ts';
import { fileUrlFor, keyOfFileUrl } from '../naming/file-url.ts';
import type { Ticket } from '../signer/plan.ts';
import type { Staging } from '../signer/signer.ts';
import { isPendingName } from './pending-key.ts';

/** What every provider's ticket holds. A provider adds its own fields. */
export interface CommonTicketFacts {
  readonly bucket: string;
  readonly key: string;
  /** Null for a stream of unknown length. */
  readonly size: number | null;
  /** The most bytes that the upload takes. */
  readonly maxSize: number;
  readonly contentType: string;
  readonly name: string;
  readonly uid: number;
  /** Decimal: JSON knows no bigint. */
  readonly mid: string;
  readonly source: number;
  /** The file is protected. */
  readonly secure: boolean;
  /** Where the bytes wait for the commit. */
  readonly staging: Staging;
  /** Empty in the ticket of an upload that was only found by listing; it is good for a discard. */
  readonly transferId: string;
  /** Milliseconds since 1970, by the signer's clock. */
  readonly begunAt: number;
}

/** The check of each field of a ticket. */
export type TicketFields<Facts> = { readonly [Name in keyof Facts]: (value: unknown) => boolean };

/** Checks of the fields that every provider has. */
export const COMMON_FIELDS: TicketFields<CommonTicketFacts> = {
  bucket: isText,
  key: isText,
  size: isSize,
  maxSize: isCount,
  contentType: isWrittenType,
  name: isText,
  uid: Number.isSafeInteger,
  mid: isMessageId,
  source: Number.isSafeInteger,
  secure: (value) => typeof value === 'boolean',
  staging: (value) => value === 'none' || value === 'hidden' || value === 'readable',
  transferId: (value) => value === '' || isTransferId(value),
  begunAt: isCount,
};

/** Writes a ticket: JSON in the alphabet of URLs. `version` names provider and format, as in `s3.1`. */
export function writeTicketFacts(version: string, facts: CommonTicketFacts): Ticket {
  return toBase64Url(new TextEncoder().encode(JSON.stringify({ version, ...facts })));
}

/**
 * Reads a ticket, trusting nothing in it: a client may have kept or made it.
 * @throws `invalid-argument` for what is no ticket of this version, bucket and prefix
 */
export function readTicketFacts<Facts extends CommonTicketFacts>(
  ticket: Ticket,
  version: string,
  fields: TicketFields<Facts>,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
): Facts {
  const found = parse(ticket);
  if (found === null) throw refusedTicket('it can not be read');
  if (Reflect.get(found, 'version') !== version || !isComplete(found, fields)) {
    throw refusedTicket('a field is missing or wrong');
  }
  if (found.bucket !== bucket) throw refusedTicket('it is of another bucket');
  if (!isUnder(prefix, found.key) || isPendingName(prefix, found.key))
    throw refusedTicket('its key is not under the prefix');
  return found;
}

/** The error of a ticket that is none of ours. */
export function refusedTicket(why: string): TransferError {
  return new TransferError('invalid-argument', `This is no ticket of this signer: ${why}.`);
}

/** A text of any script, not too long. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_NAME_LENGTH;
}

function isComplete<Facts>(value: object, fields: TicketFields<Facts>): value is Facts & object {
  return Object.entries<(value: unknown) => boolean>(fields).every(([name, isGood]) =>
    isGood(Reflect.get(value, name)),
  );
}

function isUnder(prefix: string, key: string): boolean {
  try {
    return keyOfFileUrl(`https://bucket/${prefix}`, fileUrlFor('https://bucket', key)) !== null;
  } catch {
    return false;
  }
}

function parse(ticket: Ticket): object | null {
  const bytes = typeof ticket === 'string' ? fromBase64Url(ticket) : null;
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
