import { expect, it, vi } from 'vitest';
import { bench, bytesOf } from '../../test/bench.ts';
import { settled, watched } from '../../test/context.ts';
import { discardUpload, type Signer, upload } from '../index.ts';
import { manualClock } from '../testing/index.ts';

/** One lane, and a store that never answers a discard. */
function hanging() {
  const clock = manualClock();
  const b = bench({}, [], { admission: { maxTransfers: 1, smallLane: 0 }, ports: { clock } }, { clock });
  let asked = 0;
  const signals: AbortSignal[] = [];
  const signer: Signer = {
    ...b.signer,
    discard: (_, { signal }) => {
      asked += 1;
      signals.push(signal);
      return new Promise(() => undefined);
    },
  };
  const send = (path: string, more: Partial<Parameters<typeof upload>[0]> = {}) => {
    b.files.files.set(path, bytesOf(60, path.length));
    return watched(upload({ signer, from: path, runtime: b.runtime, ...more }));
  };
  return { b, clock, send, signer, asked: () => asked, signals };
}

it('a failure frees its lane within 100 ms though the store hangs on the clean-up, which stays in the journal', async () => {
  const { b, clock, send, asked, signals } = hanging();
  let sent = 0;
  b.store.faults.delay = () => {
    sent += 1;
    if (sent === 2) b.files.files.set('/in', bytesOf(60, 99));
    return 0;
  };
  const failed = send('/in', { mid: 1n });
  await vi.waitFor(() => expect(b.events.at(-1)?.type).toBe('started'));
  const next = send('/next');
  await vi.waitFor(() => expect(asked()).toBe(1));
  expect([failed.over, next.over]).toEqual([false, false]);
  await clock.advance(100);
  await vi.waitFor(() => expect(next.over).toBe(true));
  expect(failed.error).toMatchObject({ code: 'file-changed' });
  expect(next.value?.size).toBe(60);
  expect(await b.runtime.ports.journal.list()).toMatchObject([{ state: 'given-up' }]);
  // It is bounded, and stays known when it was in vain.
  await clock.advance(60_000);
  expect(signals[0]?.aborted).toBe(true);
  expect(await b.runtime.ports.journal.list()).toMatchObject([{ state: 'given-up' }]);
});

it('a stop gives its lane away at once, whatever the store does with what is under way', async () => {
  const { b, send } = hanging();
  let reached = false;
  b.store.faults.beforeSigner = (method) => {
    if (method !== 'commit' || reached) return;
    reached = true;
    return new Promise(() => undefined);
  };
  const stop = new AbortController();
  const stopped = send('/in', { signal: stop.signal });
  const next = send('/next');
  await vi.waitFor(() => expect(reached).toBe(true));
  await settled();
  expect(next.over).toBe(false);
  stop.abort();
  await vi.waitFor(() => expect(next.over).toBe(true));
  expect(next.value?.size).toBe(60);
  // A stop ends when nothing of the run happens any more.
  expect(stopped.over).toBe(false);
});

it('a discard answers within 100 ms though the store hangs', async () => {
  const { b, clock, send, signer, asked } = hanging();
  const stop = new AbortController();
  b.store.faults.delay = () => {
    stop.abort();
    return 0;
  };
  const stopped = send('/in', { mid: 1n, signal: stop.signal });
  await vi.waitFor(() => expect(stopped.over).toBe(true));
  const discarded = watched(discardUpload({ signer, from: '/in', mid: 1n, runtime: b.runtime }));
  await vi.waitFor(() => expect(asked()).toBe(1));
  await clock.advance(100);
  expect(discarded.value).toBe(true);
});
