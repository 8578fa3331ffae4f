import { alike, check } from '../check/check.ts';
import { type HandlerTest, start, uploadFile } from '../handler/handler-test.ts';
import { held } from '../handler/held.ts';
import { cleanedUp, resultsOf, until } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';
import { severalRequests } from '../signer-cases/needs.ts';

/** Giving up for good leaves nothing. */
export const discardingCases: readonly HandlerCase[] = [
  { name: 'discard of a stopped upload leaves no part', needs: [severalRequests], run: discarded },
  {
    name: 'discard of a running upload ends it, and leaves no part',
    needs: [severalRequests],
    run: discardRunning,
  },
];

async function discarded(test: HandlerTest): Promise<void> {
  const handler = test.handler({ limits: { concurrency: 1 } });
  const { path } = await test.file('a.bin', test.bench.sizes.manyParts + 1);
  test.faults.add({ kind: 'hang', direction: 'upload', skip: 1, times: Number.POSITIVE_INFINITY });
  const transfer = start(handler, { upload: true, path });
  await held(test, 'upload', 1);
  handler.Mesibo_onStopFileTransfer(transfer);
  test.faults.clear();
  await handler.discard(transfer);
  await handler.discard(transfer);
  await cleanedUp(test);
  alike(await test.bench.store.keys(), [], 'the keys in the store');
  await uploadFile(handler, path);
}

async function discardRunning(test: HandlerTest): Promise<void> {
  const handler = test.handler({ limits: { concurrency: 1 } });
  const { path } = await test.file('a.bin', test.bench.sizes.manyParts + 1);
  test.faults.add({ kind: 'hang', direction: 'upload', skip: 1, times: Number.POSITIVE_INFINITY });
  const transfer = start(handler, { upload: true, path });
  await held(test, 'upload', 1);
  const idle = test.faults.open() - test.faults.requests.filter((each) => each.status === null).length;
  await handler.discard(transfer);
  await until(() => test.faults.open() <= idle, 'every connection that waited is closed', 500);
  await cleanedUp(test);
  alike(await test.bench.store.keys(), [], 'the keys in the store');
  check(!resultsOf(transfer).some((result) => result.success), 'a discarded upload does not succeed');
}
