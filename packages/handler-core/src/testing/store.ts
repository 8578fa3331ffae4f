import { tableHash } from '../digest/table-hash.ts';
import type { Clock } from '../ports/clock.ts';
import type { HashPort } from '../ports/hash.ts';
import type { HttpPort } from '../ports/http.ts';
import type { RandomPort } from '../ports/random.ts';
import { systemClock, systemRandom } from '../ports/system.ts';
import type { Signer } from '../signer/signer.ts';
import { Backend } from './backend.ts';
import type { StoreFaults } from './faults.ts';
import { type LoggedRequest, memoryHttp } from './http.ts';
import { type MemoryObjects, memoryObjects } from './objects.ts';
import { memorySigner } from './signer.ts';
import { type MemorySignerOptions, signerSettings } from './signer-options.ts';

export interface MemoryStoreOptions {
  /** The bucket's name, a segment of its URLs. Default `bucket`. */
  readonly bucket?: string;
  /** The store's clock; the device's is another. Default: the platform's. */
  readonly clock?: Clock;
  /** Default: the platform's. */
  readonly random?: RandomPort;
  /** Must know every digest that a signer of this store uses. Default: `crc32` and `crc32c` only. */
  readonly hash?: HashPort;
  /** The most bytes it holds, unfinished uploads included; more is refused with 507. Default no limit. */
  readonly capacity?: number;
  /** Whether GET heeds Range. Default true. */
  readonly ranges?: boolean;
  /** Whether objects can be fetched by their file URL, unsigned. Default false. */
  readonly publicRead?: boolean;
}

/** An object store in memory, reached with no network, as strict as a real one. For tests and trials. */
export interface MemoryStore {
  /** `https://memory.invalid/<bucket>`: file URLs are under it. */
  readonly baseUrl: string;
  /** The way to the store for the engine's port. */
  readonly http: HttpPort;
  /** A signer of this bucket; there may be several, of any shape. */
  signer(options?: MemorySignerOptions): Signer;
  /** What is in the bucket. */
  readonly objects: MemoryObjects;
  /** How many uploads (in parts, or sessions) were begun and neither committed, discarded nor forgotten. */
  unfinished(): number;
  /** Every request that reached the store, oldest first. A test may empty it. */
  readonly requests: LoggedRequest[];
  /** Set its members to make the store misbehave. */
  readonly faults: StoreFaults;
}

let stores = 0;

/**
 * Makes a store. Its URLs carry an HMAC over method, path, parameters and signed headers; requests that are tampered
 * with, expired or ahead of time are refused, as are bytes of another size or digest than was signed.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { bucket = 'bucket', clock = systemClock, random = systemRandom, hash = tableHash } = options;
  const { capacity = Number.POSITIVE_INFINITY, ranges = true, publicRead = false } = options;
  stores += 1;
  const storeNumber = stores;
  const backend = new Backend(clock, hash, capacity);
  const baseUrl = `https://memory.invalid/${bucket}`;
  const secret = random.bytes(32);
  const faults: StoreFaults = {};
  const requests: LoggedRequest[] = [];
  return {
    baseUrl,
    http: memoryHttp({ backend, secret, baseUrl, ranges, publicRead, faults, requests }),
    signer: (signerOptions = {}) =>
      memorySigner({
        backend,
        secret,
        baseUrl,
        storeNumber,
        ranges,
        random,
        faults,
        settings: signerSettings(signerOptions, clock),
      }),
    objects: memoryObjects(backend),
    unfinished: () => backend.uploads().length,
    requests,
    faults,
  };
}
