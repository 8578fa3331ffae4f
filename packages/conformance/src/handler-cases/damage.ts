import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call } from '../carry/signer-test.ts';
import { alike, check, equal, present, sameBytes } from '../check/check.ts';
import { type HandlerTest, namesIn, start, uploadFile } from '../handler/handler-test.ts';
import { resultOf } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';
import { digests } from '../signer-cases/needs.ts';
import { onlyError } from './network.ts';

/** A wrong byte is a failure, or is put right; it is never a file. */
export const damageCases: readonly HandlerCase[] = [
  {
    name: 'an upload in one request, damaged on the way, is never stored so',
    needs: [digests],
    run: (test) => upload(test, 3_000),
  },
  {
    name: 'an upload in many parts, damaged on the way, is never stored so',
    needs: [digests],
    run: (test) => upload(test, test.bench.sizes.manyParts + 1),
  },
  { name: 'a download, damaged on the way, is never a file', run: download },
  {
    name: 'a download, damaged on the way again and again, is never a file',
    run: (test) => download(test, 1_000),
  },
];

async function upload(test: HandlerTest, size: number): Promise<void> {
  const { path, bytes } = await test.file('a.bin', size);
  test.faults.add({ kind: 'corrupt', direction: 'upload' });
  const { success } = await resultOf(start(test.handler(), { upload: true, path }));
  const keys = await test.bench.store.keys();
  equal(keys.length, success ? 1 : 0, 'number of objects');
  if (success)
    return sameBytes(
      await test.bench.store.bytes(present(keys[0], 'an object')),
      bytes,
      'what the store holds',
    );
  check(!test.capabilities.storeVerifiesDigests, 'what a store refuses as damaged is sent again');
  onlyError(test, ['digest-mismatch']);
}

async function download(test: HandlerTest, times = 1): Promise<void> {
  const handler = test.handler();
  const { path, bytes } = await test.file('a.bin', test.bench.sizes.onePart);
  const url = await uploadFile(handler, path);
  // A store that knows no digest has said so; nobody can find the damage then.
  if ((await test.bench.signer.read(url, call)).integrity.kind === 'none') return;
  test.faults.add({ kind: 'corrupt', direction: 'download', times });
  const to = join(test.folder, 'b.bin');
  const { success } = await resultOf(start(handler, { upload: false, path: to, url }));
  if (success) return sameBytes(await readFile(to), bytes, 'what was downloaded');
  onlyError(test, ['digest-mismatch']);
  alike(await namesIn(test.folder), ['a.bin'], 'the files in the folder');
  test.faults.clear();
  equal(
    (await resultOf(start(handler, { upload: false, path: to, url }))).success,
    true,
    'the result of another start',
  );
  sameBytes(await readFile(to), bytes, 'what another start downloaded');
}
