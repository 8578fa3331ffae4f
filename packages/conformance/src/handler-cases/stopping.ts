import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { alike, check, equal, sameBytes } from '../check/check.ts';
import { type HandlerTest, namesIn, start, uploadFile } from '../handler/handler-test.ts';
import { held } from '../handler/held.ts';
import { RecordedTransfer } from '../handler/recorded-transfer.ts';
import { checkReports, cleanedUp, resultOf, resultsOf, until } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';
import { digests, severalRequests } from '../signer-cases/needs.ts';

/** Stop is quick, says nothing more, and loses nothing. */
export const stoppingCases: readonly HandlerCase[] = [
  {
    name: 'stop of an upload closes its sockets within 100 ms, with no result',
    run: (test) => stopUpload(test),
  },
  { name: 'stop of a download closes its sockets within 100 ms, with no result', run: stopDownload },
  {
    name: 'a stopped upload, started again, sends nothing twice that is stored',
    needs: [severalRequests, digests],
    run: goesOn,
  },
  { name: 'a download, started again after a stop, is whole', run: downloadsAgain },
  { name: 'stop before start answers true', run: stopFirst },
  { name: 'stop at once after start gives no result, and leaves nothing', run: stopAtOnce },
  { name: 'stop after the result changes nothing', run: stopLate },
];

async function quiet(
  test: HandlerTest,
  handler: ReturnType<HandlerTest['handler']>,
  transfer: RecordedTransfer,
): Promise<void> {
  const waiting = test.faults.requests.filter((each) => each.status === null).length;
  const idle = test.faults.open() - waiting;
  check(waiting > 0 && idle >= 0, 'a connection is open before the stop');
  equal(handler.Mesibo_onStopFileTransfer(transfer), true, 'the answer of stop');
  const reports = transfer.reports.length;
  await until(() => test.faults.open() <= idle, 'every connection that waited is closed', 100);
  await new Promise((resolve) => setTimeout(resolve, 100));
  equal(transfer.reports.length, reports, 'number of reports some time after the stop');
  equal(resultsOf(transfer).length, 0, 'number of results');
  checkReports(transfer);
}

async function stopUpload(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  test.faults.add({ kind: 'hang', direction: 'upload', times: Number.POSITIVE_INFINITY });
  const { path } = await test.file('a.bin', test.bench.sizes.manyParts);
  const transfer = start(handler, { upload: true, path });
  await held(test, 'upload', 0);
  await quiet(test, handler, transfer);
  alike(await test.bench.store.keys(), [], 'the keys in the store');
}

async function stopDownload(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  const { path } = await test.file('a.bin', test.bench.sizes.manyParts);
  const url = await uploadFile(handler, path);
  test.faults.add({ kind: 'hang', direction: 'download', times: Number.POSITIVE_INFINITY });
  const transfer = start(handler, { upload: false, path: join(test.folder, 'b.bin'), url });
  await held(test, 'download', 0);
  await quiet(test, handler, transfer);
  check(!(await namesIn(test.folder)).includes('b.bin'), 'no half file is at the target');
}

async function goesOn(test: HandlerTest): Promise<void> {
  const size = test.bench.sizes.manyParts + 1;
  const { path, bytes } = await test.file('a.bin', size);
  test.faults.add({ kind: 'hang', direction: 'upload', skip: 1, times: Number.POSITIVE_INFINITY });
  const first = test.handler({ limits: { concurrency: 1 } });
  const transfer = start(first, { upload: true, path });
  await held(test, 'upload', 1);
  first.Mesibo_onStopFileTransfer(transfer);
  test.faults.clear();
  const before = test.faults.requests.length;
  const stored = test.faults.requests.find((each) => each.status !== null)?.sent ?? 0;
  check(stored > 0, 'something was stored before the stop');
  // Another handler on another runtime: what survives is the journal alone, as after a crash.
  await uploadFile(test.handler(), path);
  const sent = test.faults.requests.slice(before).reduce((sum, each) => sum + each.sent, 0);
  equal(sent, size - stored, 'bytes sent after the stop');
  const [key] = await test.bench.store.keys();
  sameBytes(await test.bench.store.bytes(key ?? ''), bytes, 'what the store holds');
  await cleanedUp(test);
}

async function downloadsAgain(test: HandlerTest): Promise<void> {
  const handler = test.handler({ limits: { concurrency: 1, rangeSize: 256 * 1024 } });
  const { path, bytes } = await test.file('a.bin', test.bench.sizes.manyParts + 1);
  const url = await uploadFile(handler, path);
  test.faults.add({ kind: 'close', direction: 'download', bytes: 1000, times: Number.POSITIVE_INFINITY });
  const to = join(test.folder, 'b.bin');
  const transfer = start(handler, { upload: false, path: to, url });
  await held(test, 'download', 1);
  equal(handler.Mesibo_onStopFileTransfer(transfer), true, 'the answer of stop');
  test.faults.clear();
  const again = await resultOf(start(handler, { upload: false, path: to, url }));
  equal(again.success, true, 'the result of the second start');
  sameBytes(await readFile(to), bytes, 'what was downloaded');
  alike(await namesIn(test.folder), ['a.bin', 'b.bin'], 'the files in the folder');
}

async function stopFirst(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  const { path } = await test.file('a.bin', 10);
  const transfer = new RecordedTransfer({ upload: true, path });
  equal(handler.Mesibo_onStopFileTransfer(transfer), true, 'the answer of stop');
  alike(transfer.reports, [], 'reports of a transfer that never was');
  await uploadFile(handler, path);
}

async function stopAtOnce(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  const { path } = await test.file('a.bin', test.bench.sizes.manyParts);
  const transfer = start(handler, { upload: true, path });
  equal(handler.Mesibo_onStopFileTransfer(transfer), true, 'the answer of stop');
  await new Promise((resolve) => setTimeout(resolve, 100));
  alike(transfer.reports, [], 'reports after the stop');
  equal(test.faults.requests.length, 0, 'number of requests');
  alike(await test.bench.store.keys(), [], 'the keys in the store');
}

async function stopLate(test: HandlerTest): Promise<void> {
  const handler = test.handler();
  const { path } = await test.file('a.bin', 10);
  const transfer = start(handler, { upload: true, path });
  await resultOf(transfer);
  equal(handler.Mesibo_onStopFileTransfer(transfer), true, 'the answer of stop');
  await resultOf(transfer);
  equal((await test.bench.store.keys()).length, 1, 'number of objects');
}
