import { z } from 'zod';
import type { Holding } from '../../context/quotas.ts';
import type { SettlingFacts, TicketFacts } from '../../context/signing-state.ts';
import { requests } from '../requests.ts';

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

export const settlingFacts: z.ZodType<SettlingFacts> = z.object({
  inner: z.string(),
  store: z.string(),
  manifest: z.unknown().transform((value) => requests.manifest(value, 'manifest')),
  via: z.enum(['upload-url', 'signing']),
  holding: holding.nullable().default(null),
});
