import { describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf, fastClock } from '../../../test/bench.ts';
import type { Clock } from '../../ports/ports.ts';
import { manualClock } from '../../testing/index.ts';

const DAY = 24 * 3_600_000;
const bytes = bytesOf(16 * 5);
const kinds = { single: { shape: 'single' }, parts: {}, session: { shape: 'session' } } as const;
type Kind = keyof typeof kinds;
const all = Object.keys(kinds) as Kind[];

/** A bench that counts the calls of `sign` and of `read`. */
function counted(...args: Parameters<typeof bench>): Bench & { readonly calls: Record<string, number> } {
  const b = bench(...args);
  const calls: Record<string, number> = {};
  b.store.faults.beforeSigner = (method) => {
    calls[method] = (calls[method] ?? 0) + 1;
  };
  return { ...b, calls };
}

const off = (clock: Clock, by: number): Clock => ({ ...clock, now: () => clock.now() + by });

describe.each(all)('%s', (kind) => {
  it('signs anew what expired on its way, without counting that as a failure', async () => {
    const clock = manualClock();
    const b = counted({ ...kinds[kind], timeToLive: 60_000 }, [], { limits: { attempts: 1 } }, { clock });
    let arrived = 0;
    b.store.faults.delay = () => {
      arrived += 1;
      if (arrived === 1) clock.setNow(clock.now() + 61_000);
      return 0;
    };
    const object = await b.send(bytes);
    expect(b.store.objects.bytes(object.key)).toEqual(bytes);
    expect(b.store.requests.filter(({ status }) => status === 403).length).toBeGreaterThan(0);
    expect(b.events.filter(({ type }) => type === 'retrying')).toEqual([]);
  });

  it.each([-DAY, DAY])('works on a device whose clock is %i ms off', async (by) => {
    const b = counted(kinds[kind], [], { ports: { clock: off(fastClock, by) } }, { clock: manualClock() });
    const object = await b.send(bytes);
    expect(await b.fetch(object.url)).toEqual(bytes);
    expect(b.store.requests.filter(({ status }) => status === 403)).toEqual([]);
  });

  it.each([-DAY, DAY])(
    'works with a signer whose clock is %i ms off, which is put right once',
    async (by) => {
      const clock = manualClock();
      const options = { ...kinds[kind], clock: off(clock, by) };
      const b = counted(options, [], { limits: { concurrency: 1 } }, { clock });
      const object = await b.send(bytes);
      expect(await b.fetch(object.url)).toEqual(bytes);
      expect(b.store.requests.filter(({ status }) => status === 403)).toHaveLength(1);
      expect(b.events.filter(({ type }) => type === 'retrying')).toEqual([]);
    },
  );

  it('gives up when every new signature is refused as expired', async () => {
    const failing = bench(kinds[kind], [{ do: 'answer', status: 403, body: '<Code>ExpiredRequest</Code>' }], {
      limits: { attempts: 2, retryBase: 1 },
    });
    await expect(failing.send(bytes)).rejects.toMatchObject({ code: 'request-expired' });
  });
});
