import { diskStore } from '../src/index.ts';

// A process that takes a file in which never ends: its folder, then nothing until it is killed.
const [folder = ''] = process.argv.slice(2);
const secrets = [{ id: 'k1', secret: 'a secret of 32 bytes for a test!' }] as const;
const store = diskStore({ folder, secrets, storeUrl: 'http://127.0.0.1:9/disk' });
await store.start();
let pieces = 0;
const read = async (_: number, buffer: Uint8Array): Promise<number> => {
  pieces += 1;
  if (pieces > 3) {
    process.stdout.write('staged\n');
    // Nobody resolves it; the timer keeps the process.
    await new Promise(() => setInterval(() => undefined, 1_000));
  }
  return buffer.length;
};
const facts = {
  size: null,
  maxSize: null,
  contentType: 'video/mp4',
  name: 'clip.mp4',
  source: 1,
  uid: 7,
  mid: 9n,
  transferId: 'transfer-1',
  digests: {},
};
await store.signer.local?.receive(facts, { read }, { signal: new AbortController().signal });
