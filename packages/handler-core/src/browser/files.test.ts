import { expect, test } from 'vitest';
import { createRuntime } from '../runtime/runtime.ts';
import { manualClock, memoryStore } from '../testing/index.ts';
import { download } from '../transfers/download.ts';
import { upload } from '../transfers/upload.ts';
import { browserFiles } from './files.ts';
import { browserHash } from './hash.ts';

test('a File goes up under its own name, and comes down as a File', async () => {
  const files = browserFiles();
  const store = memoryStore();
  const signer = store.signer({ singleUpTo: 10, partSize: 1000 });
  const runtime = createRuntime({
    ports: { files, http: store.http, clock: manualClock(), hash: browserHash },
  });
  const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);
  const path = files.add(new File([bytes], 'Übung.png', { type: 'image/png' }));
  const stored = await upload({ runtime, signer, from: path });
  expect(stored).toMatchObject({ size: 5000, name: 'Übung.png', contentType: 'image/png' });
  await download({ runtime, signers: [signer], url: stored.url, to: 'received/copy.png' });
  const copy = files.file('received/copy.png');
  expect(copy.type).toBe('image/png');
  expect(new Uint8Array(await copy.arrayBuffer())).toEqual(bytes);
});

test('a name that was never added, or was forgotten, is no file', async () => {
  const files = browserFiles();
  const path = files.add(new Blob(['x']), 'note.txt');
  expect(await (await files.openSource(path)).read(0, new Uint8Array(5))).toBe(1);
  files.forget(path);
  await expect(files.openSource(path)).rejects.toMatchObject({ code: 'file-not-found' });
  expect(() => files.file('nothing')).toThrow(expect.objectContaining({ code: 'file-not-found' }));
});

test('what an attempt noted as whole is kept for the same object only', async () => {
  const files = browserFiles();
  const first = await files.openTarget('a.bin', 'version 1');
  await first.write(0, Uint8Array.of(1, 2, 3));
  await first.keep(2);
  await first.close(true);
  const again = await files.openTarget('a.bin', 'version 1');
  expect(again.kept).toBe(2);
  await again.close(true);
  expect((await files.openTarget('a.bin', 'version 2')).kept).toBe(0);
});

test('two adds of one name are two files', () => {
  const files = browserFiles();
  expect(files.add(new Blob(['a']), 'same')).not.toBe(files.add(new Blob(['b']), 'same'));
});
