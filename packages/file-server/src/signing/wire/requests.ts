import type { FileFacts, Manifest, PartFacts, Ticket, WantedPart } from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import { count, digests, fileUrl, mediaType, mid, named, ticket } from './values.ts';

/** The most parts that a store's upload can have. */
const MAX_PARTS = 50_000;

/** The most parts of one call of `sign`: more than any plan's `signBatch`. */
const MAX_SIGNED = 1000;

export type BeginRequest = Required<FileFacts>;

export interface SignRequest {
  readonly ticket: Ticket;
  readonly parts: readonly WantedPart[];
  /** The store's clock, as the client says that it saw it: a reason to look, and not believed. */
  readonly storeTime?: number;
  readonly refusal?: string;
}

/** What `resume` and `discard` are given. */
export interface TicketRequest {
  readonly ticket: Ticket;
}

/** What a client says that it has sent. That it saw the store's `done` would be no proof, and is not asked. */
export interface CommitRequest {
  readonly ticket: Ticket;
  readonly manifest: Omit<Manifest, 'answered'>;
}

/** What `read` is given. */
export interface ReadRequest {
  readonly url: string;
  readonly bare?: boolean;
}

/** What `remove` is given. */
export interface UrlRequest {
  readonly url: string;
}

export const beginRequest: z.ZodType<BeginRequest> = z
  .object({
    size: count.nullable().meta({ description: 'Bytes; null for a stream whose length is not known.' }),
    maxSize: count.nullable().default(null).meta({
      description: 'The most bytes of a stream of unknown length; null for the most that is allowed.',
    }),
    contentType: mediaType,
    name: z.string().max(4096).meta({ description: "The file's name, in any script." }),
    source: z.int().meta({ description: 'One of FILESOURCE: 0 for a message, 1 for a profile picture, …' }),
    uid: count
      .default(0)
      .meta({ description: "mesibo's id of the sender; what the token proves counts more." }),
    mid: mid.prefault('0').meta({
      description: 'Id of the message, 64 bits in decimal; a negative one is taken modulo 2^64.',
    }),
    transferId: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/)
      .meta({ description: 'Random; kept with the object.' }),
    secure: z.boolean().default(false).meta({ description: 'Protect the file.' }),
    digests: digests
      .default({})
      .meta({ description: 'Those of the whole file that capabilities ask for, where they are known.' }),
  })
  .register(named, { id: 'BeginRequest' });

const part = z.int().min(1).max(MAX_PARTS).meta({ description: 'From 1.' });

const wantedPart: z.ZodType<WantedPart> = z
  .object({
    number: part,
    size: count.nullable().meta({
      description: 'Bytes of the part; of a session those of the whole file, or null while unknown.',
    }),
    digests: digests.default({}),
  })
  .register(named, { id: 'WantedPart' });

export const signRequest: z.ZodType<SignRequest> = z
  .object({
    ticket,
    parts: z.array(wantedPart).min(1).max(MAX_SIGNED),
    storeTime: z.number().exactOptional().meta({
      description:
        "The store's clock, in milliseconds since 1970, where an answer of the store showed that the server's is wrong. The server then looks for itself.",
    }),
    refusal: z
      .string()
      .regex(/^[\x21-\x7e]{1,64}$/)
      .exactOptional()
      .meta({
        description:
          "The store's own code, where it refused the last request of this plan, as in `ExpiredToken`. The server then looks for itself.",
      }),
  })
  .register(named, { id: 'SignRequest' });

export const ticketRequest: z.ZodType<TicketRequest> = z
  .object({ ticket })
  .register(named, { id: 'TicketRequest' });

export const partFacts: z.ZodType<PartFacts> = z
  .object({ number: part, size: count, digests })
  .register(named, { id: 'PartFacts' });

export const manifest: z.ZodType<CommitRequest['manifest']> = z.object({
  size: count.meta({ description: 'Bytes of the whole file.' }),
  parts: z.array(partFacts).max(MAX_PARTS).meta({
    description: 'Every part, ordered by number: one for a single request, none for a session.',
  }),
  digests: digests.meta({ description: "Those that the plan's `integrity.whole` asks for." }),
});

export const commitRequest: z.ZodType<CommitRequest> = z
  .object({ ticket, manifest })
  .register(named, { id: 'CommitRequest' });

export const readRequest: z.ZodType<ReadRequest> = z
  .object({
    url: fileUrl,
    bare: z.boolean().exactOptional().meta({
      description: "The signed URL must work with no header. It is then not bound to the object's version.",
    }),
  })
  .register(named, { id: 'ReadRequest' });

export const urlRequest: z.ZodType<UrlRequest> = z
  .object({ url: fileUrl })
  .register(named, { id: 'FileUrlRequest' });
