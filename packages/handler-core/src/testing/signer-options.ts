import type { Clock } from '../ports/clock.ts';
import type { DigestAlgorithm, Integrity } from '../signer/digests.ts';
import type { Plan } from '../signer/plan.ts';
import type { DialectName } from './dialects.ts';

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
