import type { HashPort } from '../digest/hash.ts';
import { tableHash } from '../digest/table-hash.ts';
import { throwIfStopped } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { keyOfFileUrl } from '../naming/file-url.ts';
import { cleanPrefix } from '../naming/object-key.ts';
import type { Clock, HttpPort, RandomPort } from '../ports/ports.ts';
import { systemClock, systemRandom } from '../ports/system.ts';
import { isPendingName, keyOfPending, pendingFolder } from '../provider/pending-key.ts';
import type { Capabilities, Signer, SignerCall, Unfinished } from '../signer/signer.ts';
import { Backend, type MemoryObjects, memoryObjects, Refusal } from './backend.ts';
import { beginUpload, integrityOf, signParts } from './begin.ts';
import { commitUpload, dropUpload, resumeUpload } from './commit.ts';
import {
  isStaged,
  type MemorySignerOptions,
  openTicket,
  type SignerContext,
  type SignerMethod,
  type SignerSettings,
  type StoreFaults,
  sealTicket,
  signerSettings,
  type TicketFacts,
} from './context.ts';
import { type LoggedRequest, memoryHttp } from './http.ts';
import { readObject } from './read.ts';

function capabilitiesOf(settings: SignerSettings): Capabilities {
  const { shape, singleUpTo, maxSize, noOverwrite, proof } = settings;
  const kept = noOverwrite ? 'store' : 'key';
  return {
    provider: 'memory',
    shapes: shape === 'single' || singleUpTo === 0 ? [shape] : ['single', shape],
    singleUpTo: Math.min(singleUpTo, maxSize),
    maxSize,
    beginDigests: integrityOf(settings, 'single').parts,
    noOverwrite: { single: kept, parts: kept, session: 'store' },
    sizeBound: 'signature',
    partBound: 'signature',
    typeBound: 'signature',
    storeVerifiesDigests: proof === 'store',
    expires: true,
    listsUnfinished: true,
    staging: true,
  };
}

/** An unfinished upload, and when the store last heard of it, in milliseconds since 1970. */
interface Heard extends Unfinished {
  readonly heardAt: number;
}

/** Like a provider's signer, with the store's own calls in the place of an SDK's. */
function memorySigner(context: SignerContext): Signer {
  const { backend, secret, baseUrl, faults, settings } = context;
  const prefix = cleanPrefix(settings.prefix);
  let skew = 0;

  const keyOf = (url: string): string | null => {
    const key = keyOfFileUrl(baseUrl, url);
    const ours = key !== null && (prefix === '' || key.startsWith(`${prefix}/`));
    return ours && !isPendingName(prefix, key) ? key : null;
  };
  const ownKey = (url: string): string => {
    const key = keyOf(url);
    if (key === null) throw new TransferError('foreign-url', 'This URL is not in the memory store.');
    return key;
  };

  /** `now`: the signer's clock, put right by what the store said. */
  async function run<T>(
    method: SignerMethod,
    call: SignerCall,
    work: (now: number) => T | Promise<T>,
  ): Promise<T> {
    throwIfStopped(call.signal);
    await faults.beforeSigner?.(method);
    throwIfStopped(call.signal);
    if (call.storeTime !== undefined) skew = call.storeTime - settings.clock.now();
    try {
      const result = await work(settings.clock.now() + skew);
      await faults.afterSigner?.(method);
      return result;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new TransferError(error.status === 507 ? 'quota-exceeded' : 'store-refused', error.message);
    }
  }

  function openUploads(): Heard[] {
    return backend
      .uploads()
      .filter(({ key }) => prefix === '' || key.startsWith(`${prefix}/`))
      .map(({ begunAt, heardAt, label }) => ({ begunAt, heardAt, ticket: label }));
  }

  /** What a single request left to wait, and nobody committed. A commit's own assembly has its parts still. */
  function sentAtOnce(): Heard[] {
    const listed = new Set(backend.uploads().map(({ key }) => key));
    return [...backend.objects.values()]
      .filter(({ key }) => key.startsWith(pendingFolder(prefix)) && !listed.has(key))
      .map(({ key, createdAt: begunAt }) => ({
        begunAt,
        heardAt: begunAt,
        ticket: sealTicket(secret, sweptTicket(prefix, key, begunAt)),
      }));
  }

  async function* listUnfinished(olderThan: number, call: SignerCall): AsyncGenerator<Unfinished> {
    const found = await run('unfinished', call, () => [...openUploads(), ...sentAtOnce()]);
    for (const { begunAt, heardAt, ticket } of found) {
      throwIfStopped(call.signal);
      if (backend.clock.now() - heardAt > olderThan) yield { ticket, begunAt };
    }
  }

  return {
    store: `memory ${context.storeNumber} ${baseUrl}/${prefix}`,
    keyOfTicket: (ticket) => {
      try {
        return openTicket(secret, ticket).key;
      } catch {
        return null;
      }
    },
    capabilities: (call) => run('capabilities', call, () => capabilitiesOf(settings)),
    begin: (facts, call) => run('begin', call, (now) => beginUpload(context, facts, now, call)),
    sign: (ticket, wanted, call) =>
      run('sign', call, (now) => {
        const facts = openTicket(secret, ticket);
        if (isStaged(facts)) backend.decisions.assertOpen(facts);
        return signParts(context, facts, wanted, now);
      }),
    resume: (ticket, call) => run('resume', call, (now) => resumeUpload(context, ticket, now)),
    commit: (ticket, manifest, call) =>
      run('commit', call, () => commitUpload(context, openTicket(secret, ticket), manifest, call)),
    discard: (ticket, call) => run('discard', call, () => dropUpload(context, openTicket(secret, ticket))),
    read: (url, call) =>
      run('read', call, (now) => readObject(context, ownKey(url), now, call.bare === true)),
    remove: (url, call) => run('remove', call, () => void backend.objects.delete(ownKey(url))),
    owns: (url) => keyOf(url) !== null,
    keyOfUrl: keyOf,
    unfinished: listUnfinished,
  };
}

/** The ticket of an upload that was only found by its pending name: good for a discard. */
function sweptTicket(prefix: string, name: string, begunAt: number): TicketFacts {
  return {
    shape: 'single',
    key: keyOfPending(prefix, name),
    size: null,
    maxSize: 0,
    partSize: 1,
    contentType: 'application/octet-stream',
    name: '',
    transferId: '',
    source: 0,
    uid: 0,
    secure: false,
    mid: '0',
    staging: 'hidden',
    upload: null,
    begunAt,
  };
}

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
