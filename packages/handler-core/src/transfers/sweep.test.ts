import { expect, it } from 'vitest';
import { bench, bytesOf, fastClock, stopAt } from '../../test/bench.ts';
import { sweepUploads } from '../index.ts';
import { manualClock } from '../memory/index.ts';

const DAY = 24 * 3_600_000;
const bytes = bytesOf(60);

it('removes what is older than a day, from the journal and from the store, and leaves the rest', async () => {
  const clock = manualClock();
  const device = { ...fastClock, now: clock.now };
  const limits = { concurrency: 1 };
  const b = bench({ keptFor: 10 * DAY }, [], { ports: { clock: device }, limits }, { clock });
  const stopped = async (path: string): Promise<void> => {
    const signal = stopAt(b, 'part', 2);
    await b.send(bytes.slice(), path, { signal, mid: 4n }).catch(() => undefined);
    b.store.faults.delay = undefined;
  };
  await stopped('/old');
  const done = await b.send(bytes.slice(), '/done', { mid: 5n });
  await stopped('/nobody knows');
  const [, , unknown] = await b.runtime.ports.journal.list();
  await b.runtime.ports.journal.change(unknown?.transferId ?? '', () => null);
  await clock.advance(DAY);
  await stopped('/young');
  const sweep = () => sweepUploads({ signer: b.signer, runtime: b.runtime });
  expect(await sweep()).toBe(0);
  await clock.advance(1);
  expect(await sweep()).toBe(2);
  expect(await sweep()).toBe(0);
  expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([1, [done.key]]);
  expect(await b.runtime.ports.journal.list()).toHaveLength(1);
});
