import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equal, sameBytes } from '../check/check.ts';
import { type HandlerTest, start, uploadFile } from '../handler/handler-test.ts';
import { resultOf, resultsOf, until } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';

/** The same file moves once, and everyone who asked gets a result. */
export const joiningCases: readonly HandlerCase[] = [
  { name: 'two uploads of one file are one upload, with a result each', run: uploads },
  { name: 'two downloads of one URL are one download, with a file each', run: downloads },
  { name: 'stop of one who joined leaves the other going', run: oneStops },
];

async function uploads(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  const { path } = await test.file('a.bin', test.bench.sizes.manyParts);
  const both = [start(handler, { upload: true, path }), start(handler, { upload: true, path })];
  const [one, two] = await Promise.all(both.map((transfer) => resultOf(transfer)));
  equal(one?.success, true, 'the first result');
  equal(two?.url, one?.url, 'the URL of the second');
  equal((await test.bench.store.keys()).length, 1, 'number of objects');
}

async function downloads(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  const { path, bytes } = await test.file('a.bin', test.bench.sizes.manyParts);
  const url = await uploadFile(handler, path);
  const targets = ['one.bin', 'two.bin'].map((name) => join(test.folder, name));
  const both = targets.map((to) => start(handler, { upload: false, path: to, url }));
  for (const transfer of both) equal((await resultOf(transfer)).success, true, 'a result');
  for (const to of targets) sameBytes(await readFile(to), bytes, 'what was downloaded');
}

async function oneStops(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  test.faults.add({ kind: 'delay', direction: 'upload', milliseconds: 60, times: Number.POSITIVE_INFINITY });
  const { path } = await test.file('a.bin', test.bench.sizes.manyParts);
  const [one, two] = [start(handler, { upload: true, path }), start(handler, { upload: true, path })];
  await until(() => test.faults.requests.length > 0, 'a request is on its way');
  equal(handler.Mesibo_onStopFileTransfer(one), true, 'the answer of stop');
  equal((await resultOf(two)).success, true, 'the result of the other');
  equal(resultsOf(one).length, 0, 'number of results of the one who stopped');
}
