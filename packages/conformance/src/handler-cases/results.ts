import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trueName } from '@mesibo-files/handler-core/provider';
import { call } from '../carry/signer-test.ts';
import { alike, check, equal, present, sameBytes } from '../check/check.ts';
import { type HandlerTest, namesIn, start, uploadFile } from '../handler/handler-test.ts';
import { RecordedTransfer } from '../handler/recorded-transfer.ts';
import { cleanedUp, resultOf } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';

const SIZES: readonly (readonly [name: string, size: (test: HandlerTest) => number])[] = [
  ['no byte', () => 0],
  ['one byte', () => 1],
  ['one part and one byte', ({ bench }) => bench.sizes.onePart + 1],
  ['many parts and one byte', ({ bench }) => bench.sizes.manyParts + 1],
];

/** Names that a file can have on every system, and that have broken things before. */
const NAMES = [
  '假期 照片.jpg',
  'صورة.png',
  '👩‍👩‍👧.mov',
  'a "b"; c=d.txt',
  '100%25 a+b#c?d.txt',
  '.hidden',
  'cafe\u0301.txt',
];

/** A file goes up and comes down, and mesibo gets the reports that its rules ask for. */
export const resultCases: readonly HandlerCase[] = [
  ...SIZES.map(([name, size]) => ({
    name: `a file of ${name} goes up and comes down, with one result each`,
    run: (test: HandlerTest) => thereAndBack(test, size(test)),
  })),
  { name: 'the file URL is durable, unsigned and owned', run: durable },
  { name: 'a download replaces what is at the target, and leaves nothing beside it', run: replaces },
  { name: 'awkward names come out as true names', run: names },
  { name: 'no result comes before start has answered', run: resultAfterStart },
];

async function thereAndBack(test: HandlerTest, size: number): Promise<void> {
  const handler = test.handler();
  const { path, bytes } = await test.file('up.bin', size);
  const url = await uploadFile(handler, path);
  const [key] = await test.bench.store.keys();
  sameBytes(await test.bench.store.bytes(present(key, 'an object')), bytes, 'what the store holds');
  await cleanedUp(test);
  const to = join(test.folder, 'down.bin');
  const result = await resultOf(start(handler, { upload: false, path: to, url }));
  equal(result.success, true, 'the result of the download');
  sameBytes(await readFile(to), bytes, 'what was downloaded');
  alike(await namesIn(test.folder), ['down.bin', 'up.bin'], 'the files in the folder');
  alike(test.errors, [], 'errors told');
}

async function durable(test: HandlerTest): Promise<void> {
  const { path } = await test.file('a.bin', 100);
  const url = await uploadFile(test.handler(), path);
  const { search, hash, username, protocol } = new URL(url);
  alike([search, hash, username], ['', '', ''], 'query, fragment and user of the file URL');
  check(/^https?:$/.test(protocol), 'the file URL is http or https');
  check(test.bench.signer.owns(url), 'the signer owns the file URL');
}

async function replaces(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  const { path, bytes } = await test.file('new.bin', test.bench.sizes.onePart);
  const url = await uploadFile(handler, path);
  const old = await test.file('old.bin', 50, 9);
  const result = await resultOf(start(handler, { upload: false, path: old.path, url }));
  equal(result.success, true, 'the result of the download');
  sameBytes(await readFile(old.path), bytes, 'what is at the target');
  alike(await namesIn(test.folder), ['new.bin', 'old.bin'], 'the files in the folder');
}

async function names(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  for (const name of NAMES) {
    const { path, bytes } = await test.file(name, 20);
    const url = await uploadFile(handler, path);
    const facts = await test.bench.signer.read(url, call);
    equal(facts.name, trueName(name), 'the true name');
    const to = join(test.folder, `to-${name}`);
    equal(
      (await resultOf(start(handler, { upload: false, path: to, url }))).success,
      true,
      `download of ${name}`,
    );
    sameBytes(await readFile(to), bytes, `what was downloaded of ${name}`);
  }
}

async function resultAfterStart(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  const transfer = new RecordedTransfer({ upload: true, path: join(test.folder, 'nowhere') });
  const answer = handler.Mesibo_onStartFileTransfer(transfer);
  equal(answer, true, 'the answer of start');
  alike(transfer.reports, [], 'reports within the call of start');
  equal((await resultOf(transfer)).success, false, 'the result');
}
