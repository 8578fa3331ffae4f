import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, download, upload } from '@mesibo-files/handler-core';
import { tinySigner } from './signer.ts';
import { startTinyStore } from './tiny-store/server.ts';

// One file goes up to a store that this program starts, and comes back.
const [bucket, secret] = ['files', crypto.randomUUID()];
const store = await startTinyStore({ bucket, secret });
const signer = tinySigner({ endpoint: store.endpoint, bucket, secret });
const folder = await mkdtemp(join(tmpdir(), 'custom-provider-'));
const runtime = createRuntime({ journal: false });
try {
  await writeFile(join(folder, 'hello.txt'), 'Hello from a provider of your own.\n');
  const { url } = await upload({ signer, from: join(folder, 'hello.txt'), runtime });
  await download({ signers: [signer], url, to: join(folder, 'copy.txt'), runtime });
  process.stdout.write(`${url}\n`);
} finally {
  await store.stop();
  await rm(folder, { recursive: true });
}
