import { appendFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf } from '../check/bytes.ts';
import { alike, check, equal, present } from '../check/check.ts';
import { type HandlerTest, namesIn, start, uploadFile } from '../handler/handler-test.ts';
import { resultOf, until } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';
import { onlyError } from './network.ts';

const SLOW = { kind: 'delay', milliseconds: 60, times: Number.POSITIVE_INFINITY } as const;

/** What changes while it is moved is not moved half old and half new. */
export const changingCases: readonly HandlerCase[] = [
  {
    name: 'a file that shrinks while it is sent is file-changed',
    run: (test) => changing(test, (path) => truncate(path, 10)),
  },
  {
    name: 'a file that grows while it is sent is file-changed',
    run: (test) => changing(test, (path) => appendFile(path, 'x')),
  },
  { name: 'an object overwritten during its download is object-changed', run: overwritten },
];

async function changing(test: HandlerTest, change: (path: string) => Promise<void>): Promise<void> {
  const { path } = await test.file('a.bin', test.bench.sizes.manyParts + 1);
  test.faults.add({ ...SLOW, direction: 'upload' });
  const transfer = start(test.handler({ limits: { concurrency: 1 } }), { upload: true, path });
  await until(() => test.faults.requests.length > 0, 'a request is on its way');
  await change(path);
  equal((await resultOf(transfer)).success, false, 'the result');
  onlyError(test, ['file-changed']);
  alike(await test.bench.store.keys(), [], 'the keys in the store');
}

async function overwritten(test: HandlerTest): Promise<void> {
  const { onePart } = test.bench.sizes;
  // The first request is held until the object has changed; then the engine gives it up and asks again.
  const limits = { concurrency: 1, rangeSize: Math.ceil(onePart / 4), answerWithin: 2_000 };
  const handler = test.handler({ limits });
  const { path } = await test.file('a.bin', onePart);
  const url = await uploadFile(handler, path);
  const key = present((await test.bench.store.keys())[0], 'an object');
  test.faults.add({ kind: 'hang', direction: 'download' });
  const transfer = start(handler, { upload: false, path: join(test.folder, 'b.bin'), url });
  await until(
    () => test.faults.requests.some(({ direction }) => direction === 'download'),
    'a download request arrived',
  );
  await test.bench.store.put(key, bytesOf(onePart, 8));
  equal((await resultOf(transfer)).success, false, 'the result');
  onlyError(test, ['object-changed']);
  check(!(await namesIn(test.folder)).includes('b.bin'), 'no file is at the target');
  alike(await namesIn(test.folder), ['a.bin'], 'the files in the folder');
}
