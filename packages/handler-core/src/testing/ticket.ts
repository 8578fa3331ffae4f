import { fromBase64Url, toBase64Url } from '../digest/base64.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { Plan, Ticket } from '../signer/plan.ts';
import type { Staging } from '../signer/signer.ts';
import { hmac } from './hmac.ts';

/** All that the signer knows of an upload. Nothing else is kept anywhere, so any signer of the store can go on with it. */
export interface TicketFacts {
  readonly shape: Plan['shape'];
  readonly key: string;
  /** Bytes, or null for a stream. */
  readonly size: number | null;
  /** The most bytes of the stream, or of the session. */
  readonly maxSize: number;
  /** Bytes of a part or a chunk. */
  readonly partSize: number;
  readonly contentType: string;
  readonly name: string;
  readonly transferId: string;
  readonly source: number;
  readonly uid: number;
  readonly secure: boolean;
  /** Decimal: JSON knows no bigint. */
  readonly mid: string;
  /** Where the bytes wait for the commit. */
  readonly staging: Staging;
  /** Id of the store's upload record; null for a single request. */
  readonly upload: string | null;
  /** Milliseconds since 1970, by the store's clock. */
  readonly begunAt: number;
}

/** A ticket that only holders of the secret can make. */
export function sealTicket(secret: Uint8Array, facts: TicketFacts): Ticket {
  const text = toBase64Url(new TextEncoder().encode(JSON.stringify(facts)));
  return `${text}.${hmac(secret, text)}`;
}

/** @throws `invalid-argument` for a ticket that was tampered with, or is another store's */
export function openTicket(secret: Uint8Array, ticket: Ticket): TicketFacts {
  const [text = '', seal = ''] = ticket.split('.');
  const bytes = fromBase64Url(text);
  if (bytes === null || seal !== hmac(secret, text)) {
    throw new TransferError('invalid-argument', 'This ticket was not made by this store.');
  }
  return JSON.parse(new TextDecoder().decode(bytes));
}
