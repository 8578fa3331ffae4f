import type { Manifest, Ticket } from '@mesibo-files/handler-core';
import { z } from 'zod';
import type { StoredFile } from '../../events.ts';
import type { Holding } from '../../quota/types.ts';
import { manifest } from '../wire/requests.ts';

/** All the state of an upload by signing, as it stands in a sealed ticket: any replica goes on with it. */
export interface TicketFacts {
  /** The store's own ticket. */
  readonly inner: Ticket;
  /** Name of the store that it is of. */
  readonly store: string;
  /** Whose the upload is, as it was authorised. */
  readonly uid: number;
  /** Decimal, 0 to 2^64 - 1. */
  readonly mid: string;
  readonly source: number;
  /** Null for a stream of unknown length. */
  readonly size: number | null;
  /** The most bytes that were allowed. */
  readonly maxSize: number;
  readonly contentType: string;
  readonly name: string;
  readonly secure: boolean;
  /** Milliseconds since 1970; then the store may have dropped what it holds of the upload. */
  readonly until: number;
  /** Hash of the token it was authorised by, or null where nothing can be compared: then each call is authorised. */
  readonly credential: string | null;
  /** Milliseconds since 1970. Before that, the same token need not be authorised again. */
  readonly authorisedUntil: number;
  /** What it counts as in a quota; null where nothing is counted. */
  readonly holding: Holding | null;
}

const count = z.int().min(0);
const holding: z.ZodType<Holding> = z.object({ user: z.string(), id: z.string() });

/** Trusted once it was opened; but a replica of another version may have made it. */
export const ticketFacts: z.ZodType<TicketFacts> = z.object({
  inner: z.string(),
  store: z.string(),
  uid: z.int(),
  mid: z.string().regex(/^\d{1,20}$/),
  source: z.int(),
  size: count.nullable(),
  maxSize: count,
  contentType: z.string(),
  name: z.string(),
  secure: z.boolean(),
  until: z.number(),
  credential: z.string().nullable(),
  authorisedUntil: z.number(),
  holding: holding.nullable().default(null),
});

/** All that is needed to commit a file that waits, once it is decided on. */
export interface SettlingFacts {
  /** The store's own ticket. */
  readonly inner: Ticket;
  /** Name of the store that it is of. */
  readonly store: string;
  /** As the client's commit gave it, and the store found it true. */
  readonly manifest: Omit<Manifest, 'answered'>;
  readonly via: StoredFile['via'];
  /** What it counts as in a quota; null where nothing is counted, or another counts. */
  readonly holding: Holding | null;
}

export const settlingFacts: z.ZodType<SettlingFacts> = z.object({
  inner: z.string(),
  store: z.string(),
  manifest,
  via: z.enum(['upload-url', 'signing']),
  holding: holding.nullable().default(null),
});
