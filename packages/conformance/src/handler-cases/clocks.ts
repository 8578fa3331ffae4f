import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime } from '@mesibo-files/handler-core';
import type { Clock } from '@mesibo-files/handler-core/provider';
import { equal, sameBytes } from '../check/check.ts';
import { type HandlerChanges, type HandlerTest, start, uploadFile } from '../handler/handler-test.ts';
import { resultOf } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';

const DAY = 86_400_000;

/** Time is the store's: a device that is a day off does not notice. */
export const clockCases: readonly HandlerCase[] = [
  {
    name: 'a device clock a day fast makes no difference',
    run: (test) => thereAndBack(test, { ports: { clock: off(DAY) } }),
  },
  {
    name: 'a device clock a day slow makes no difference',
    run: (test) => thereAndBack(test, { ports: { clock: off(-DAY) } }),
  },
  {
    name: 'a signer on a device a day fast is put right by the store',
    run: (test) => thereAndBack(test, { ports: { clock: off(DAY) }, overrides: { clockOffset: DAY } }),
  },
  {
    name: 'a signer on a device a day slow is put right by the store',
    run: (test) => thereAndBack(test, { ports: { clock: off(-DAY) }, overrides: { clockOffset: -DAY } }),
  },
  {
    name: 'requests that expire on the way are signed anew',
    run: expiring,
  },
];

function off(offset: number): Clock {
  const { clock } = createRuntime().ports;
  return {
    now: () => clock.now() + offset,
    monotonic: () => clock.monotonic(),
    after: (milliseconds, callback) => clock.after(milliseconds, callback),
  };
}

async function thereAndBack(test: HandlerTest, changes: HandlerChanges): Promise<void> {
  const handler = test.handler(changes);
  for (const size of [100, test.bench.sizes.manyParts]) {
    const { path, bytes } = await test.file(`a${size}.bin`, size);
    const url = await uploadFile(handler, path);
    const to = join(test.folder, `b${size}.bin`);
    equal(
      (await resultOf(start(handler, { upload: false, path: to, url }))).success,
      true,
      'the result of the download',
    );
    sameBytes(await readFile(to), bytes, 'what was downloaded');
  }
}

/** On the store's own clock every request is late; on the world's, requests of a second wait for more than that. */
async function expiring(test: HandlerTest): Promise<void> {
  const { advance } = test.bench;
  const timeToLive = 1_000;
  const handler = test.handler({
    limits: { concurrency: 1, stallAfter: 5_000, answerWithin: 5_000 },
    overrides: { timeToLive },
  });
  const { path } = await test.file('a.bin', test.bench.sizes.onePart);
  test.faults.add({ kind: 'delay', direction: 'upload', milliseconds: advance ? 50 : 2_500 });
  const transfer = start(handler, { upload: true, path });
  if (advance) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await advance(timeToLive * 3);
  }
  equal((await resultOf(transfer)).success, true, 'the result');
}
