import { describe, expect, it, vi } from 'vitest';
import { bench } from '../../test/bench.ts';
import { settled } from '../../test/context.ts';
import { bytes, handlerOf } from '../../test/handler.ts';
import { type TestTransfer, transfer } from '../../test/transfer.ts';
import { CONNECTIVITY } from '../index.ts';

/** A handler that admits two automatic uploads, and a store that answers nobody until `go`. */
function limited() {
  const b = bench({}, [], { admission: { maxAutoUploads: 2, maxMeteredDownloads: 1, maxAge: 60_000 } });
  const { start, stop } = handlerOf(b);
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  b.store.faults.beforeSigner = () => gate;
  const send = (mid: number, more = {}): TestTransfer & { readonly answer: boolean } => {
    const path = `/in${mid}`;
    b.files.files.set(path, bytes);
    const file = transfer({ path, mid: BigInt(mid), ...more });
    return Object.assign(file, { answer: start(file) });
  };
  return { b, start, stop, send, go };
}

describe("the handler's limits", () => {
  it('count uploads asked for in the same moment, and not those a person asks for', () => {
    const { send } = limited();
    expect([1, 2, 3].map((mid) => send(mid).answer)).toEqual([true, true, false]);
    expect(send(4, { priority: 1 }).answer).toBe(true);
  });

  it('come down when uploads end, fail or are stopped', async () => {
    const { b, start, stop, send, go } = limited();
    const [ends, fails, waits] = [send(1), send(2, { path: '/none' }), send(3)];
    expect(waits.answer).toBe(false);
    const both = [ends.settled(), fails.settled()];
    go();
    await Promise.all(both);
    await vi.waitFor(() => expect(b.runtime.underWay.uploads).toBe(0));
    for (let round = 0; round < 5; round += 1) {
      expect(start(waits)).toBe(true);
      stop(waits);
      await vi.waitFor(() => expect(b.runtime.underWay.uploads).toBe(0));
    }
  });

  it('do not count what was deferred', () => {
    const { b, start } = limited();
    for (let count = 0; count < 9; count += 1)
      expect(start(transfer({ upload: false, url: '' }))).toBe(false);
    expect(b.runtime.underWay.downloads).toBe(0);
  });

  it('defer downloads on a metered network, and of old messages', async () => {
    const { b, start } = limited();
    const { ports } = b.runtime;
    const url = 'https://memory.invalid/bucket/x';
    const ask = (more = {}): boolean => start(transfer({ upload: false, url, path: '/o', ...more }));
    expect(ask({ ts: ports.clock.now() - 61_000 })).toBe(false);
    expect(ask({ ts: ports.clock.now() - 30_000 })).toBe(true);
    expect(ask()).toBe(true);
    ports.network.connectivity = () => CONNECTIVITY['4G'];
    expect(ask()).toBe(false);
    await settled();
  });

  it('a start with a larger priority brings a queued upload forward', async () => {
    const b = bench({}, [], { admission: { maxTransfers: 1, smallLane: 0 } });
    const { start } = handlerOf(b);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    b.store.faults.beforeSigner = () => gate;
    const order: bigint[] = [];
    const all = [1n, 2n, 3n].map((mid) => {
      b.files.files.set(`/in${mid}`, bytes);
      const file = { ...transfer({ path: `/in${mid}`, mid }), priority: 0 };
      const over = file.settled().then(() => void order.push(mid));
      start(file);
      return { file, over };
    });
    await vi.waitFor(() => expect(b.events.filter(({ type }) => type === 'queued')).toHaveLength(2));
    const last = all[2];
    if (last === undefined) throw new Error('no third transfer');
    last.file.priority = 1;
    expect(start(last.file)).toBe(true);
    go();
    await Promise.all(all.map(({ over }) => over));
    expect(order).toEqual([1n, 3n, 2n]);
  });
});
