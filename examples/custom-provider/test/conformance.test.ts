import { describeSigner, plainHttp, type SignerBench, type SignerHarness } from '@mesibo-files/conformance';
import type { TinyOptions } from '../src/options.ts';
import { tinySigner } from '../src/signer.ts';
import { startTinyStore } from '../src/tiny-store/server.ts';

const MIB = 1024 * 1024;
const [bucket, secret] = ['files', 'the-secret-of-this-store'];

/** A store of its own for each case, whose clock the suite moves. */
const harness: SignerHarness = {
  name: 'a custom provider on its own server',
  async open(): Promise<SignerBench> {
    let ahead = 0;
    const now = (): number => Date.now() + ahead;
    const { endpoint, content, stop } = await startTinyStore({ bucket, secret, now });
    const options: TinyOptions = { endpoint, bucket, secret, partSize: MIB, clock: { now } };
    const signerWith: SignerBench['signerWith'] = ({ clockOffset = 0, ...overrides }) =>
      tinySigner({ ...options, ...overrides, clock: { now: () => now() + clockOffset } });
    const found = (key: string) => content.find(key);
    return {
      signer: signerWith({}),
      signerWith,
      broken: {
        wrongCredentials: () => tinySigner({ ...options, secret: 'another' }),
        missingBucket: () => tinySigner({ ...options, bucket: 'missing' }),
      },
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
      sizes: { onePart: MIB, manyParts: 2 * MIB },
      secrets: [secret],
      close: stop,
    };
  },
};

describeSigner(harness);
