import { describe, expect, it, vi } from 'vitest';
import { bench, bytesOf } from '../../test/bench.ts';
import { bytes, handlerOf } from '../../test/handler.ts';
import { transfer } from '../../test/transfer.ts';
import { CONNECTIVITY } from '../index.ts';

/** A bench whose store never answers, so that what was begun goes on until it is stopped. */
const stuck = (admission: Parameters<typeof bench>[2]) => bench({}, [{ do: 'hang' }], admission);

describe('the limit of automatic uploads', () => {
  it('counts those of all handlers of the runtime, and what a person asks for is not held to it', async () => {
    const b = stuck({ admission: { maxAutoUploads: 2 } });
    const [one, other] = [handlerOf(b), handlerOf(b)];
    const files = [1n, 2n, 3n, 4n].map((mid) => transfer({ mid, priority: mid === 4n ? 1 : 0 }));
    const [first, second, third, fourth] = files;
    if (!first || !second || !third || !fourth) throw new Error('four were made');
    expect([one.start(first), other.start(second), one.start(third), one.start(fourth)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    for (const file of files) one.stop(file);
    await vi.waitFor(() => expect(other.start(third)).toBe(true));
    one.stop(third);
  });

  it('comes down however an upload ends', async () => {
    const b = bench({}, [], { admission: { maxAutoUploads: 1 } });
    const { start } = handlerOf(b);
    for (const path of ['/in.bin', '/none.bin', '/in.bin', '/none.bin', '/in.bin']) {
      const file = transfer({ path, mid: 9n });
      const over = file.settled();
      expect(start(file)).toBe(true);
      expect(start(transfer({ mid: 10n }))).toBe(false);
      expect(await over).toMatch(path === '/in.bin' ? /^true/ : /^false/);
      await Promise.resolve();
    }
  });
});

it('the limit of downloads holds where there is no Wi-Fi only', async () => {
  let connectivity: 0 | 3 = CONNECTIVITY['4G'];
  const network = { connectivity: () => connectivity, onChange: () => () => undefined };
  const b = bench({}, [], { admission: { maxMeteredDownloads: 1 }, ports: { network } });
  const { url } = await b.send(bytesOf(60), '/x.bin');
  const { start } = handlerOf(b);
  const [first, second] = [1, 2].map((number) => transfer({ upload: false, url, path: `/${number}.bin` }));
  if (!first || !second) throw new Error('two were made');
  const over = first.settled();
  expect([start(first), start(second)]).toEqual([true, false]);
  connectivity = CONNECTIVITY.WIFI;
  const both = second.settled();
  expect(start(second)).toBe(true);
  expect([await over, await both]).toEqual(['true', 'true']);
  expect(b.files.files.get('/2.bin')).toEqual(bytesOf(60));
  expect(bytes).toHaveLength(60);
});
