import { fromBase64Url, toBase64Url } from '../digest/base64.ts';
import type { DigestAlgorithm } from '../digest/hash.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { cleanPrefix } from '../naming/object-key.ts';
import type { Clock, HttpRequest, RandomPort } from '../ports/ports.ts';
import { pendingName } from '../provider/pending-key.ts';
import type { Integrity } from '../signer/digests.ts';
import type { Plan, Ticket } from '../signer/plan.ts';
import type { SessionDialect } from '../signer/session-dialect.ts';
import type { Signer, Staging } from '../signer/signer.ts';
import type { Backend } from './backend.ts';
import { seal as sealed } from './signed-url.ts';

/** How a session of the memory store speaks: with Content-Range and 308, or with Upload-Offset (much as tus does). */
export type DialectName = 'content-range' | 'upload-offset';

/** The dialect as data. `digest`: the digest of the whole file that goes with the last chunk, if any. */
export function sessionDialect(
  name: DialectName,
  chunkMultiple: number,
  digest: DigestAlgorithm | null,
): SessionDialect {
  const digests = digest === null ? [] : [digest];
  const digestHeader = digests.map((each) => ({ name: 'x-memory-digest', value: `{${each}}` }));
  if (name === 'content-range') {
    return {
      chunkMultiple,
      chunk: [{ name: 'content-range', value: 'bytes {first}-{last}/{total}' }],
      finish: [{ name: 'content-range', value: 'bytes */{total}' }],
      last: digestHeader,
      lastDigests: digests,
      ask: { method: 'PUT', headers: [{ name: 'content-range', value: 'bytes */{total}' }] },
      offset: { header: 'range', prefix: 'bytes=0-', counts: 'last', absent: 0 },
    };
  }
  return {
    chunkMultiple,
    chunk: [{ name: 'upload-offset', value: '{first}' }],
    finish: [{ name: 'upload-offset', value: '{next}' }],
    last: [{ name: 'upload-complete', value: '?1' }, ...digestHeader],
    lastDigests: digests,
    ask: { method: 'HEAD', headers: [] },
    offset: { header: 'upload-offset', prefix: '', counts: 'next', absent: 0 },
  };
}

/** How a signer of the memory store plans. Every setting has a default. */
export interface MemorySignerOptions {
  /** Shape of the plans for files over `singleUpTo`. Default `parts`. */
  readonly shape?: Plan['shape'];
  /**
   * Files up to so many bytes go in a single request. Default 0, which is none, so that an empty file too shows what its
   * shape does; with the shape `single` it is `maxSize`.
   */
  readonly singleUpTo?: number;
  /** Bytes of a part or a chunk, 1 or more; larger where `maxParts` demands it. Default 5 MiB. */
  readonly partSize?: number;
  /** The most parts of a file. Default 10,000. */
  readonly maxParts?: number;
  /** Chunks of a session but the last are multiples of so many bytes. Default 1. `partSize` must be such a multiple. */
  readonly chunkMultiple?: number;
  /** How sessions speak. Default `content-range`. */
  readonly dialect?: DialectName;
  /** Digest of parts, single requests and sessions; null for none. Default `crc32`. The store's HashPort must know it. */
  readonly digest?: DigestAlgorithm | null;
  /**
   * `store` (default): digests are bound and compared by the store. `parts`: the commit compares them with what the
   * store lists. `length`: as with `digest: null`.
   */
  readonly proof?: Integrity['proof'];
  /** How long signed requests may be used, in milliseconds. Default 15 minutes. */
  readonly timeToLive?: number;
  /** How long unfinished uploads are kept, in milliseconds. Default 24 hours. */
  readonly keptFor?: number;
  /** The most bytes of a file. Default 5 TiB. */
  readonly maxSize?: number;
  /** Key prefix; the signer owns no URL outside. Default none. */
  readonly prefix?: string;
  /** The most parts of one call of `sign`. Default 100. */
  readonly signBatch?: number;
  /** Whether creation is conditional in the store. Default true; false is a fault that a conformance suite finds. */
  readonly noOverwrite?: boolean;
  /** Which content types are accepted. Default all. */
  readonly accepts?: (contentType: string) => boolean;
  /** The signer's own clock, which may be wrong. Default: the store's. */
  readonly clock?: Clock;
}

/** The options with their defaults. */
export interface SignerSettings extends Required<Omit<MemorySignerOptions, 'clock' | 'proof'>> {
  readonly clock: Clock;
  readonly proof: Integrity['proof'];
}

const MiB = 1024 * 1024;

/** Fills the defaults in. */
export function signerSettings(options: MemorySignerOptions, clock: Clock): SignerSettings {
  const { shape = 'parts', maxSize = 5 * 1024 * 1024 * MiB, digest = 'crc32' } = options;
  const proof = options.proof ?? 'store';
  const none = digest === null || proof === 'length';
  return {
    singleUpTo: shape === 'single' ? maxSize : 0,
    partSize: 5 * MiB,
    maxParts: 10_000,
    chunkMultiple: 1,
    dialect: 'content-range',
    timeToLive: 15 * 60 * 1000,
    keptFor: 24 * 60 * 60 * 1000,
    prefix: '',
    signBatch: 100,
    noOverwrite: true,
    accepts: () => true,
    clock,
    ...options,
    shape,
    maxSize,
    digest: none ? null : digest,
    proof: none ? 'length' : proof,
  };
}

/** Methods of a signer that ask the store something. */
export type SignerMethod = Exclude<keyof Signer, 'owns'>;

/**
 * Things that go wrong inside the store, set by a test at any time. What goes wrong on the way there is `faultyHttp`'s.
 */
export interface StoreFaults {
  /** Before a signer's method does anything; what it throws is what the caller gets. */
  beforeSigner?: ((method: SignerMethod) => void | Promise<void>) | undefined;
  /** After a signer's method did its work: what it throws makes a lost answer. */
  afterSigner?: ((method: SignerMethod) => void | Promise<void>) | undefined;
  /** How many milliseconds the store waits before it looks at a request. */
  delay?: ((request: HttpRequest) => number) | undefined;
  /** How many bytes of a session's chunk the store keeps, although all arrived. */
  storeOnly?: ((size: number) => number) | undefined;
}

/** What a signer of the memory store works with. */
export interface SignerContext {
  readonly backend: Backend;
  readonly secret: Uint8Array;
  readonly baseUrl: string;
  /** Which of the process's stores it is: they may share a URL. */
  readonly storeNumber: number;
  readonly ranges: boolean;
  readonly random: RandomPort;
  readonly faults: StoreFaults;
  readonly settings: SignerSettings;
}

/** Everything the signer knows of an upload. It keeps nothing elsewhere, so any signer of the store can go on with it. */
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
  return `${text}.${sealed(secret, text)}`;
}

/** @throws `invalid-argument` for a ticket that was tampered with, or is another store's */
export function openTicket(secret: Uint8Array, ticket: Ticket): TicketFacts {
  const [text = '', seal = ''] = ticket.split('.');
  const bytes = fromBase64Url(text);
  if (bytes === null || seal !== sealed(secret, text)) {
    throw new TransferError('invalid-argument', 'This ticket was not made by this store.');
  }
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Whether the commit promotes what this upload sends. */
export function isStaged(ticket: TicketFacts): boolean {
  return ticket.staging !== 'none';
}

/** The name under which the bytes of an upload land: the final key only where nobody can read them there. */
export function landingName({ prefix }: SignerSettings, ticket: TicketFacts): string {
  const { staging, shape, key } = ticket;
  const invisible = shape === 'parts' && staging === 'hidden';
  return !isStaged(ticket) || invisible ? key : pendingName(cleanPrefix(prefix), key);
}
