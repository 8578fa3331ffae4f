import {
  describeSigner,
  type HandlerBench,
  type HandlerHarness,
  handlerCases,
  plainHttp,
  runHandlerCase,
} from '@mesibo-files/conformance';
import { describe, it } from 'vitest';
import { TinyFileTransferHandler } from '../src/handler.ts';
import type { TinyOptions } from '../src/options.ts';
import { tinySigner } from '../src/signer.ts';
import { startTinyStore } from '../src/tiny-store/server.ts';

const PART = 64 * 1024;
const [bucket, secret] = ['files', 'the-secret-of-this-store'];

/** A store of its own for each case, whose clock the suite moves. */
const harness: HandlerHarness = {
  name: 'a custom provider on its own server',
  async open(): Promise<HandlerBench> {
    let ahead = 0;
    const now = (): number => Date.now() + ahead;
    const { endpoint, content, stop } = await startTinyStore({ bucket, secret, now });
    const options: TinyOptions = { endpoint, bucket, secret, partSize: PART, clock: { now } };
    const signerWith: HandlerBench['signerWith'] = ({ clockOffset = 0, ...overrides }) =>
      tinySigner({ ...options, ...overrides, clock: { now: () => now() + clockOffset } });
    const found = (key: string) => content.find(key);
    return {
      signer: signerWith({}),
      signerWith,
      broken: {
        wrongCredentials: () => tinySigner({ ...options, secret: 'another' }),
        missingBucket: () => tinySigner({ ...options, bucket: 'missing' }),
      },
      handler: (handlerOptions, { fault, clockOffset = 0, ...overrides } = {}) =>
        new TinyFileTransferHandler({
          ...handlerOptions,
          ...options,
          ...overrides,
          ...(fault === 'wrongCredentials' ? { secret: 'another' } : {}),
          ...(fault === 'missingBucket' ? { bucket: 'missing' } : {}),
          clock: { now: () => now() + clockOffset },
        }),
      http: plainHttp(),
      store: {
        keys: async () => [...content.objects.keys()],
        bytes: async (key) => new Uint8Array(found(key).bytes),
        facts: async (key) => {
          const { bytes, contentType, disposition, metadata } = found(key);
          return { size: bytes.length, contentType, contentDisposition: disposition || null, metadata };
        },
        put: async (key, bytes) => {
          const head = { contentType: 'application/octet-stream', disposition: '', metadata: {} };
          content.put(key, Buffer.from(bytes), head, false);
        },
        remove: async (key) => void content.objects.delete(key),
        unfinished: async () => content.uploads.size,
        dropUnfinished: async () => content.uploads.clear(),
      },
      advance: (milliseconds) => {
        ahead += milliseconds;
      },
      sizes: { onePart: PART, manyParts: 2 * PART },
      secrets: [secret],
      close: stop,
    };
  },
};

describeSigner(harness);

/** The engine itself, with this handler. A package runs all cases, by `describeHandler(harness)`. */
describe(`handler: ${harness.name}`, () => {
  for (const each of handlerCases.filter(({ name }) => name.includes('goes up and comes down'))) {
    it(each.name, () => runHandlerCase(each, harness));
  }
});
