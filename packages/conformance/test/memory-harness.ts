import {
  type ErrorCode,
  SignedFileTransferHandler,
  type Signer,
  TransferError,
} from '@mesibo-files/handler-core';
import { nodeHash } from '@mesibo-files/handler-core/node';
import type { Clock } from '@mesibo-files/handler-core/provider';
import { type MemorySignerOptions, memoryStore } from '@mesibo-files/handler-core/testing';
import type { HandlerBench, HandlerHarness } from '../src/index.ts';

const KiB = 1024;

/** The suite's harness for the memory store, in any of its shapes. */
export function memoryHarness(name: string, options: MemorySignerOptions): HandlerHarness {
  return {
    name: `memory, ${name}`,
    async open() {
      let ahead = 0;
      const clock = clockAt(() => ahead);
      const store = memoryStore({ clock, hash: nodeHash() });
      const signerWith: HandlerBench['signerWith'] = ({ clockOffset = 0, ...overrides }) =>
        store.signer({
          partSize: 64 * KiB,
          ...options,
          ...overrides,
          clock: clockAt(() => ahead + clockOffset),
        });
      const broken = {
        wrongCredentials: () => failing(signerWith({}), 'credentials-wrong'),
        missingBucket: () => failing(signerWith({}), 'bucket-not-found'),
      };
      return {
        signer: signerWith({}),
        signerWith,
        broken,
        handler: (handlerOptions, { fault, ...overrides } = {}) =>
          new SignedFileTransferHandler({
            ...handlerOptions,
            signer: fault ? broken[fault]() : signerWith(overrides),
          }),
        http: store.http,
        store: {
          keys: async () => store.objects.keys(),
          bytes: async (key) =>
            store.objects.bytes(key) ?? Promise.reject(new Error('There is no such object.')),
          facts: async (key) => {
            const found = store.objects.inspect(key);
            if (!found) throw new Error('There is no such object.');
            const { contentType, disposition, meta } = found;
            return { size: found.bytes.size, contentType, contentDisposition: disposition, metadata: meta };
          },
          put: async (key, bytes) => store.objects.put(key, bytes),
          remove: async (key) => store.objects.delete(key),
          unfinished: async () => store.unfinished(),
          dropUnfinished: async () => {
            const janitor = store.signer(options);
            const call = { signal: new AbortController().signal };
            for await (const { ticket } of janitor.unfinished(-1, call)) await janitor.discard(ticket, call);
          },
        },
        advance: (milliseconds) => {
          ahead += milliseconds;
        },
        sizes: { onePart: 64 * KiB, manyParts: 256 * KiB },
        secrets: [],
        close: async () => {},
      };
    },
  };
}

function clockAt(offset: () => number): Clock {
  return {
    now: () => Date.now() + offset(),
    monotonic: () => performance.now(),
    after(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}

/** The memory store has no accounts and one bucket, so their faults are played here, as a store would tell them. */
function failing(signer: Signer, code: ErrorCode): Signer {
  const fail = async (): Promise<never> => {
    throw new TransferError(code, 'The store says so.');
  };
  return {
    ...signer,
    begin: fail,
    sign: fail,
    resume: fail,
    commit: fail,
    discard: fail,
    read: fail,
    remove: fail,
  };
}
