import { describe, expect, it, vi } from 'vitest';
import { bench, stopAt } from '../../test/bench.ts';
import { settled } from '../../test/context.ts';
import { bytes, handlerOf, results } from '../../test/handler.ts';
import { transfer } from '../../test/transfer.ts';

describe('stop', () => {
  it('of what is not known, or was never started, is true', () => {
    const { stop } = handlerOf(bench());
    const foreign = transfer({});
    foreign.setFileTransferContext({ cancel: () => undefined });
    expect([stop(transfer({})), stop(foreign)]).toEqual([true, true]);
  });

  it('at any moment is the end of all reports', async () => {
    for (let at = 1; at <= 4; at += 1) {
      const b = bench({}, [], { limits: { concurrency: 1 } });
      const { start, stop, errors } = handlerOf(b);
      const file = transfer({});
      let stopped = -1;
      b.store.faults.delay = () => {
        if (b.store.requests.length === at) {
          stop(file);
          stopped = file.reported.length;
        }
        return 0;
      };
      start(file);
      await vi.waitFor(() => expect(stopped).toBeGreaterThanOrEqual(0));
      await vi.waitFor(() => expect(b.events.at(-1)?.type).toBe('stopped'));
      expect(file.reported).toHaveLength(stopped);
      expect([results(file), errors]).toEqual([[], []]);
    }
  });

  it('before anything ran prevents all of it', async () => {
    const b = bench();
    const { start, stop } = handlerOf(b);
    const file = transfer({});
    start(file);
    stop(file);
    await settled();
    expect([file.reported, b.events, b.store.requests]).toEqual([[], [], []]);
  });

  it('lets a new start go on, also while the old run is still ending', async () => {
    const b = bench({}, [], { limits: { concurrency: 1 } });
    const { start, stop } = handlerOf(b);
    const file = transfer({});
    let stopped = false;
    b.store.faults.delay = () => {
      if (b.store.requests.length === 3 && !stopped) {
        stopped = true;
        stop(file);
        start(file);
      }
      return 0;
    };
    const over = file.settled();
    start(file);
    expect(await over).toMatch(/^true/);
    expect(results(file)).toHaveLength(1);
    expect(b.store.objects.keys()).toHaveLength(1);
    expect(b.store.requests.filter(({ part, status }) => status === 200 && part === 1)).toHaveLength(1);
    expect(b.events.map(({ type }) => type)).toContain('resumed');
  });
});

describe('discard', () => {
  it('stops, and removes what the store holds', async () => {
    const b = bench({}, [], { limits: { concurrency: 1 } });
    const { handler, start } = handlerOf(b);
    const file = transfer({});
    let discarded: Promise<void> | null = null;
    b.store.faults.delay = () => {
      if (b.store.requests.length === 3) discarded ??= handler.discard(file);
      return 0;
    };
    start(file);
    await vi.waitFor(() => expect(discarded).not.toBeNull());
    await discarded;
    expect([b.store.unfinished(), b.store.objects.keys(), results(file)]).toEqual([0, [], []]);
    expect(await b.runtime.ports.journal.list()).toEqual([]);
    expect(b.events.map(({ type }) => type).slice(-2)).toEqual(['stopped', 'discarded']);
  });

  it('works for one that was stopped long before, and leaves what is committed', async () => {
    const b = bench({}, [], { limits: { concurrency: 1 } });
    const { handler, start } = handlerOf(b);
    const signal = stopAt(b, 'part', 2);
    await b.send(bytes, '/in.bin', { mid: 5n, source: 0, signal }).catch(() => undefined);
    b.store.faults.delay = undefined;
    expect(b.store.unfinished()).toBe(1);
    await handler.discard(transfer({}));
    expect(b.store.unfinished()).toBe(0);
    const file = transfer({});
    const over = file.settled();
    start(file);
    await over;
    await handler.discard(file);
    await handler.discard(transfer({ upload: false, url: 'https://memory.invalid/bucket/x' }));
    expect(b.store.objects.keys()).toHaveLength(1);
  });
});
