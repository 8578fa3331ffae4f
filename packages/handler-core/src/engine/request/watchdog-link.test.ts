import { expect, it } from 'vitest';
import { CONNECTIVITY, type Connectivity } from '../../index.ts';
import { alwaysOnline } from '../../node/index.ts';
import { manualClock } from '../../testing/index.ts';
import { DEFAULT_TRANSFER_LIMITS } from '../limits.ts';
import { type Watched, watch } from './watchdog.ts';

const limits = { ...DEFAULT_TRANSFER_LIMITS, stallAfter: 100, answerWithin: 300 };

function dog(more: Partial<Watched> = {}) {
  const clock = manualClock();
  let told: (connectivity: Connectivity) => void = () => undefined;
  const network = {
    ...alwaysOnline,
    onChange: (callback: typeof told) => {
      told = callback;
      return () => undefined;
    },
  };
  const watched = watch(
    new AbortController().signal,
    { clock, network },
    { doing: 'part 3', limits, ...more },
  );
  const changed = (to: Connectivity = CONNECTIVITY.WIFI): void => told(to);
  return { clock, watched, changed, reason: () => watched.signal.reason };
}

it('waits longer while buffers may still be emptying, and no longer than five times the limit', async () => {
  for (const [slack, most] of [
    [150, 250],
    [Number.POSITIVE_INFINITY, 500],
  ] as const) {
    const { clock, watched, reason } = dog({ slack: () => slack });
    await clock.advance(most - 1);
    expect(watched.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(reason()).toMatchObject({ code: 'stalled' });
  }
  const { clock, watched, reason } = dog({ slack: () => 1e9 });
  watched.sent();
  await clock.advance(1499);
  expect(watched.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(reason()).toMatchObject({ code: 'timeout' });
});

it('has no more patience with an answer that stops coming', async () => {
  const { clock, watched, reason } = dog({ slack: () => 1e9 });
  watched.answered();
  await clock.advance(100);
  expect(reason()).toMatchObject({ code: 'stalled' });
});

it('ends an answer that drips, whenever it begins to, and not one that is fast enough', async () => {
  const least = { bytesPerSecond: 1000, over: 1000 };
  const { clock, watched, reason } = dog({ least });
  watched.answered();
  for (let count = 0; count < 30; count += 1) {
    await clock.advance(90);
    watched.moved(100);
  }
  expect(watched.signal.aborted).toBe(false);
  for (let count = 0; count < 23; count += 1) {
    await clock.advance(90);
    watched.moved(1);
  }
  expect(reason()).toMatchObject({ code: 'too-slow', retryable: true });
  watched.release();
  expect(clock.timers).toBe(0);
  const any = dog({ least: { bytesPerSecond: 0, over: 1000 } });
  any.watched.answered();
  for (let count = 0; count < 30; count += 1) {
    await any.clock.advance(90);
    any.watched.moved(1);
  }
  expect(any.watched.signal.aborted).toBe(false);
});

it('gives a connection ten seconds to show that it outlived a change of network', async () => {
  const patient = { ...limits, stallAfter: 60_000 };
  const dead = dog({ limits: patient });
  dead.changed();
  await dead.clock.advance(9999);
  expect(dead.watched.signal.aborted).toBe(false);
  await dead.clock.advance(1);
  expect(dead.reason()).toMatchObject({ code: 'stalled' });
  const alive = dog({ limits: patient });
  alive.changed();
  await alive.clock.advance(9000);
  alive.watched.moved(1);
  await alive.clock.advance(5000);
  expect(alive.watched.signal.aborted).toBe(false);
  const gone = dog({ limits: patient });
  gone.changed(CONNECTIVITY.DISCONNECTED);
  await gone.clock.advance(15_000);
  expect(gone.watched.signal.aborted).toBe(false);
  for (const each of [dead, alive, gone]) {
    each.watched.release();
    expect(each.clock.timers).toBe(0);
  }
});
