import {
  createRuntime,
  download,
  type Runtime,
  type RuntimeOptions,
  type Signer,
  type Source,
  type StoredObject,
  type TransferEvent,
  upload,
} from '../src/index.ts';
import { nodeHash } from '../src/node/index.ts';
import type { Clock } from '../src/ports/ports.ts';
import {
  type Fault,
  faultyHttp,
  type MemoryFiles,
  type MemorySignerOptions,
  type MemoryStore,
  type MemoryStoreOptions,
  memoryFiles,
  memoryStore,
  seededRandom,
} from '../src/testing/index.ts';

/** What this process was at or waited for, in milliseconds: what others take of the machine does not count. */
function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return performance.eventLoopUtilization().idle + (user + system) / 1000;
}

/**
 * A clock on which a second takes a millisecond, so that pauses cost nothing and watchdogs still bark; though not at work
 * that is slow because the machine is busy.
 */
export const fastClock: Clock = {
  now: () => Date.now(),
  monotonic: () => ownTime() * 1000,
  after(milliseconds, callback) {
    const due = ownTime() + milliseconds / 1000;
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      timer = setTimeout(() => {
        const more = due - ownTime();
        if (more > 0) wait(more);
        else callback();
      }, left);
    };
    wait(milliseconds / 1000);
    return () => clearTimeout(timer);
  },
};

export interface Bench {
  readonly store: MemoryStore;
  readonly files: MemoryFiles;
  readonly signer: Signer;
  readonly runtime: Runtime;
  readonly events: TransferEvent[];
  /** Puts a file on the device and uploads it. */
  send(
    bytes: Uint8Array,
    path?: string,
    options?: Partial<Parameters<typeof upload>[0]>,
  ): Promise<StoredObject>;
  /** Downloads, and answers the bytes that arrived. */
  fetch(url: string, path?: string): Promise<Uint8Array>;
}

/** Everything in memory: a store, a device, a runtime with small limits, and faults on the way between them. */
export function bench(
  options: MemorySignerOptions = {},
  faults: readonly Fault[] = [],
  runtimeOptions: RuntimeOptions = {},
  storeOptions: MemoryStoreOptions = {},
): Bench {
  const hash = nodeHash();
  const store = memoryStore({ random: seededRandom(1), hash, ...storeOptions });
  const files = memoryFiles();
  const events: TransferEvent[] = [];
  const signer = store.signer({ partSize: 16, ...options });
  const runtime = createRuntime({
    ...runtimeOptions,
    ports: {
      files,
      http: faultyHttp(store.http, fastClock, faults),
      clock: fastClock,
      random: seededRandom(2),
      hash,
      ...runtimeOptions.ports,
    },
    limits: {
      // A clock that runs a thousand times too fast measures nothing: what follows the link has tests of its own.
      pacing: 'fixed',
      concurrency: 4,
      sliceSize: 7,
      rangeSize: 16,
      bufferMemory: 1024,
      stallAfter: 300_000,
      ...runtimeOptions.limits,
    },
    onEvent: (event) => events.push(event),
  });
  return {
    store,
    files,
    signer,
    runtime,
    events,
    async send(bytes, path = '/in.bin', more = {}) {
      if (files.files.get(path) !== bytes) files.files.set(path, bytes);
      return upload({ signer, from: path, runtime, ...more });
    },
    async fetch(url, path = '/out.bin') {
      await download({ signers: [signer], url, to: path, runtime });
      return files.files.get(path) ?? new Uint8Array(0);
    },
  };
}

/** Bytes that are different everywhere. */
export function bytesOf(size: number, seed = 7): Uint8Array {
  return seededRandom(seed).bytes(size);
}

/** Has the store's next requests of this kind counted, and the transfer stopped when one too many arrives. */
export function stopAt(b: Bench, kind: 'part' | 'session' | 'object' | 'read', request: number): AbortSignal {
  const controller = new AbortController();
  const before = b.store.requests.length;
  b.store.faults.delay = () => {
    const fresh = b.store.requests.slice(before).filter((each) => each.kind === kind);
    if (fresh.length >= request) controller.abort();
    return 0;
  };
  return controller.signal;
}

/** Runs something, and answers only the requests that it made. */
export async function requestsOf(b: Bench, run: () => Promise<unknown>): Promise<MemoryStore['requests']> {
  const before = b.store.requests.length;
  await run();
  return b.store.requests.slice(before);
}

/** A source that can be read once, forward, and does not know its length. */
export function streamOf(bytes: Uint8Array): Source {
  let position = 0;
  return {
    facts: { size: null, fingerprint: null, name: 'stream.bin' },
    replayable: false,
    async read(offset, buffer) {
      if (offset !== position) throw new Error(`read at ${offset} instead of ${position}`);
      const slice = bytes.subarray(offset, offset + buffer.length);
      buffer.set(slice);
      position += slice.length;
      return slice.length;
    },
    unchanged: async () => true,
    close: async () => undefined,
  };
}
