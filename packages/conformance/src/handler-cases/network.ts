import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '@mesibo-files/handler-core';
import { alike, check, equal, present, sameBytes } from '../check/check.ts';
import { checkError } from '../check/fails.ts';
import { type HandlerTest, namesIn, start, uploadFile } from '../handler/handler-test.ts';
import { cleanedUp, resultOf } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';
import type { NetworkFault } from '../harness/network-faults.ts';

const ALWAYS = Number.POSITIVE_INFINITY;

type Harm = Omit<NetworkFault, 'direction'>;

/** Faults that pass: the transfer must survive them. */
const PASSING: Readonly<Record<string, Harm>> = {
  'a lost answer': { kind: 'lose-answer' },
  'two lost answers': { kind: 'lose-answer', times: 2 },
  'a connection that closes at once': { kind: 'close' },
  'a connection that closes early': { kind: 'close', bytes: 500 },
  'two server errors': { kind: 'server-error', times: 2 },
  'a request that hangs': { kind: 'hang' },
};

/** What does not pass: the transfer fails once, with a code that says why. */
const LASTING: readonly (readonly [name: string, harm: Harm, codes: readonly ErrorCode[]])[] = [
  ['hangs', { kind: 'hang', times: ALWAYS }, ['timeout', 'stalled']],
  ['closes early', { kind: 'close', bytes: 100, times: ALWAYS }, ['network']],
  ['fails', { kind: 'server-error', times: ALWAYS }, ['server-error', 'throttled']],
  [
    'answers rubbish',
    { kind: 'rubbish', times: ALWAYS },
    ['bad-answer', 'upload-incomplete', 'digest-mismatch', 'size-mismatch'],
  ],
];

/** Networks and servers as they are. */
export const networkCases: readonly HandlerCase[] = [
  ...Object.entries(PASSING).flatMap(([name, harm]) => [
    {
      name: `an upload in one request survives ${name}`,
      run: (test: HandlerTest) => upload(test, 3_000, harm),
    },
    {
      name: `an upload in many parts survives ${name}`,
      run: (test: HandlerTest) => upload(test, test.bench.sizes.manyParts + 1, harm),
    },
    { name: `a download survives ${name}`, run: (test: HandlerTest) => download(test, harm) },
  ]),
  ...LASTING.flatMap(([name, harm, codes]) => [
    {
      name: `an upload fails once when the server ${name}`,
      run: (test: HandlerTest) => failedUpload(test, harm, codes),
    },
    {
      name: `a download fails once when the server ${name}`,
      run: (test: HandlerTest) => failedDownload(test, harm, codes),
    },
  ]),
  { name: 'a Retry-After is obeyed', run: retryAfter },
];

async function upload(test: HandlerTest, size: number, harm: Harm): Promise<void> {
  const { path, bytes } = await test.file('a.bin', size);
  test.faults.add({ ...harm, direction: 'upload' });
  await uploadFile(test.handler({ impatient: harm.kind === 'hang' }), path);
  const keys = await test.bench.store.keys();
  equal(keys.length, 1, 'number of objects');
  sameBytes(await test.bench.store.bytes(present(keys[0], 'an object')), bytes, 'what the store holds');
  await cleanedUp(test);
}

async function download(test: HandlerTest, harm: Harm): Promise<void> {
  const { path, bytes } = await test.file('a.bin', test.bench.sizes.onePart);
  const url = await uploadFile(test.handler(), path);
  test.faults.add({ ...harm, direction: 'download' });
  const handler = test.handler({ impatient: harm.kind === 'hang' });
  const to = join(test.folder, 'b.bin');
  const { success } = await resultOf(start(handler, { upload: false, path: to, url }));
  equal(success, true, 'the result');
  sameBytes(await readFile(to), bytes, 'what was downloaded');
  alike(await namesIn(test.folder), ['a.bin', 'b.bin'], 'the files in the folder');
}

async function failedUpload(test: HandlerTest, harm: Harm, codes: readonly ErrorCode[]): Promise<void> {
  const { path } = await test.file('a.bin', 3_000);
  test.faults.add({ ...harm, direction: 'upload' });
  const handler = test.handler({ limits: { attempts: 2 }, impatient: harm.kind === 'hang' });
  const result = await resultOf(start(handler, { upload: true, path }));
  equal(result.success, false, 'the result');
  onlyError(test, codes);
  test.faults.clear();
  await uploadFile(test.handler(), path);
  equal((await test.bench.store.keys()).length, 1, 'number of objects after another start');
}

async function failedDownload(test: HandlerTest, harm: Harm, codes: readonly ErrorCode[]): Promise<void> {
  const { path } = await test.file('a.bin', 3_000);
  const url = await uploadFile(test.handler(), path);
  const handler = test.handler({ limits: { attempts: 2 }, impatient: harm.kind === 'hang' });
  test.faults.add({ ...harm, direction: 'download' });
  const result = await resultOf(start(handler, { upload: false, path: join(test.folder, 'b.bin'), url }));
  equal(result.success, false, 'the result');
  onlyError(test, codes);
  check(!(await namesIn(test.folder)).includes('b.bin'), 'no file is at the target');
}

/** Fails the case unless just one error was told, of one of these codes. */
export function onlyError(test: HandlerTest, codes: readonly ErrorCode[]): void {
  equal(test.errors.length, 1, 'number of errors told');
  checkError(test.errors[0], codes, test.secrets, 'the error told');
}

async function retryAfter(test: HandlerTest): Promise<void> {
  const { path } = await test.file('a.bin', 3_000);
  test.faults.add({ kind: 'server-error', direction: 'upload', retryAfter: 1 });
  const before = performance.now();
  await uploadFile(test.handler(), path);
  check(performance.now() - before >= 950, 'the second attempt waits for a second');
}
