import { describe, expect, it, vi } from 'vitest';
import { bench, bytesOf } from '../../test/bench.ts';
import { settled } from '../../test/context.ts';
import { bytes, handlerOf, results } from '../../test/handler.ts';
import { transfer } from '../../test/transfer.ts';

describe('start', () => {
  it('answers at once, and nothing is reported before it has', async () => {
    const b = bench();
    const { start } = handlerOf(b);
    const file = transfer({});
    const over = file.settled();
    expect(start(file)).toBe(true);
    expect(file.reported).toEqual([]);
    expect(await over).toMatch(/^true https:\/\/memory\.invalid\/bucket\/\S+$/);
    const percents = file.reported.slice(0, -1).map(Number);
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
    expect(percents.at(-1)).toBe(100);
  });

  it('reports a download with no URL, and each result once', async () => {
    const b = bench();
    const { start } = handlerOf(b);
    const { url } = await b.send(bytes);
    const file = transfer({ upload: false, url, path: '/out.bin' });
    const over = file.settled();
    start(file);
    expect(await over).toBe('true');
    await settled();
    expect(results(file)).toEqual(['true']);
    expect(b.files.files.get('/out.bin')).toEqual(bytes);
    expect(file.getFileTransferContext()).toBeNull();
  });

  it('of one that runs already changes nothing', async () => {
    const b = bench();
    const { start } = handlerOf(b);
    const file = transfer({});
    const over = file.settled();
    expect([start(file), start(file)]).toEqual([true, true]);
    await over;
    await settled();
    expect(results(file)).toHaveLength(1);
    expect(b.store.objects.keys()).toHaveLength(1);
  });

  it('can be repeated after a failure', async () => {
    const b = bench();
    const { start, errors } = handlerOf(b);
    const file = transfer({ path: '/late.bin' });
    const failed = file.settled();
    start(file);
    expect(await failed).toBe('false');
    b.files.files.set('/late.bin', bytes);
    const over = file.settled();
    start(file);
    expect(await over).toMatch(/^true/);
    expect(errors.map(({ code }) => code)).toEqual(['file-not-found']);
  });

  it('defers with a reason, and touches nothing', async () => {
    const b = bench();
    const { start } = handlerOf(b);
    const file = transfer({ upload: false, url: 'https://memory.invalid/bucket/x', origin: 1 });
    expect(start(file)).toBe(false);
    await settled();
    expect([file.reported, file.getFileTransferContext(), b.store.requests]).toEqual([[], null, []]);
    expect(b.events).toEqual([
      expect.objectContaining({ type: 'deferred', reason: 'the message is an old one' }),
    ]);
  });

  it('hands the priority to the queue', async () => {
    const b = bench({}, [], { admission: { maxTransfers: 1, smallLane: 0 } });
    const { start } = handlerOf(b);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    b.store.faults.beforeSigner = () => gate;
    start(transfer({ mid: 99n }));
    await vi.waitFor(() => expect(b.events.map(({ type }) => type)).toContain('started'));
    const order: number[] = [];
    const all = [0, 1, 7].map((priority) => {
      b.files.files.set(`/in${priority}`, bytesOf(60, priority));
      const file = transfer({ path: `/in${priority}`, priority, mid: BigInt(priority) });
      const over = file.settled().then(() => void order.push(priority));
      start(file);
      return over;
    });
    await vi.waitFor(() => expect(b.events.filter(({ type }) => type === 'queued')).toHaveLength(3));
    go();
    await Promise.all(all);
    expect(order).toEqual([7, 1, 0]);
  });
});
