import type { Ticket } from '../plan.ts';
import type { WantedPart } from '../request.ts';
import type { FileFacts, Manifest, PartFacts } from '../signer.ts';
import {
  count,
  flag,
  list,
  named,
  nullable,
  type Reader,
  real,
  shape,
  textOf,
  whole,
  wholeOf,
} from './reader.ts';
import { digests, mediaType, mid, storeCode, transferId } from './values.ts';

export type BeginRequest = Required<FileFacts>;

export interface SignRequest {
  readonly ticket: Ticket;
  readonly parts: readonly WantedPart[];
  /** The store's clock, as the client says that it saw it: a reason to look, and not believed. */
  readonly storeTime?: number;
  /** The store's own code, where it refused the last request of this plan. */
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
  /** The signed URL must work with no header. */
  readonly bare?: boolean;
}

/** What `remove` is given. */
export interface UrlRequest {
  readonly url: string;
}

/** How much a server reads. */
export interface RequestLimits {
  /** Characters. */
  readonly name: number;
  readonly ticket: number;
  readonly url: number;
  /** The most parts of an upload. */
  readonly parts: number;
  /** The most parts of one call of `sign`. */
  readonly signed: number;
}

/** The readers of all requests. */
export interface RequestReaders {
  readonly begin: Reader<BeginRequest>;
  readonly sign: Reader<SignRequest>;
  readonly ticket: Reader<TicketRequest>;
  readonly manifest: Reader<CommitRequest['manifest']>;
  readonly commit: Reader<CommitRequest>;
  readonly read: Reader<ReadRequest>;
  readonly url: Reader<UrlRequest>;
}

/** Readers of requests for a server that reads so much. They are strict: what passes is good for every later call. */
export function requestReaders(limits: RequestLimits): RequestReaders {
  const ticket = textOf('a ticket', { least: 1, most: limits.ticket });
  const url = textOf('a file URL', { least: 1, most: limits.url });
  const number = wholeOf(1, limits.parts);
  const wanted = shape<WantedPart>({
    number,
    size: nullable(count),
    digests: { optional: digests, otherwise: {} },
  });
  const manifest = shape<CommitRequest['manifest']>({
    size: count,
    parts: list(named('PartFacts', shape<PartFacts>({ number, size: count, digests })), {
      most: limits.parts,
    }),
    digests,
  });
  const begin = shape<BeginRequest>({
    size: nullable(count),
    maxSize: { optional: nullable(count), otherwise: null },
    contentType: mediaType,
    name: textOf('a name', { most: limits.name }),
    source: whole,
    uid: { optional: count, otherwise: 0 },
    mid: { optional: mid, otherwise: '0' },
    transferId,
    secure: { optional: flag, otherwise: false },
    digests: { optional: digests, otherwise: {} },
  });
  return {
    begin: named('BeginRequest', begin),
    sign: named(
      'SignRequest',
      shape<SignRequest>({
        ticket,
        parts: list(named('WantedPart', wanted), { least: 1, most: limits.signed }),
        storeTime: { optional: real },
        refusal: { optional: storeCode },
      }),
    ),
    ticket: named('TicketRequest', shape<TicketRequest>({ ticket })),
    manifest,
    commit: named('CommitRequest', shape<CommitRequest>({ ticket, manifest })),
    read: named('ReadRequest', shape<ReadRequest>({ url, bare: { optional: flag } })),
    url: named('FileUrlRequest', shape<UrlRequest>({ url })),
  };
}

/** Writes a request. JSON knows no bigint: a message's id is written in decimal. */
export function writeRequest(request: object): string {
  return JSON.stringify(request, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
