import { expect, it } from 'vitest';
import { testContext } from '../../../test/context.ts';
import { alwaysOnline } from '../../node/index.ts';
import { manualClock } from '../../testing/index.ts';
import { DEFAULT_TRANSFER_LIMITS } from '../limits.ts';
import { exchange } from './exchange.ts';
import { type Watched, watch } from './watchdog.ts';

const limits = { ...DEFAULT_TRANSFER_LIMITS, stallAfter: 100, answerWithin: 300 };

function dog(more: Partial<Watched> = {}) {
  const clock = manualClock();
  const parent = new AbortController();
  const watched = watch(
    parent.signal,
    { clock, network: alwaysOnline },
    { doing: 'part 3', limits, ...more },
  );
  return { clock, parent, watched, reason: () => watched.signal.reason };
}

it('calls a request stalled on which nothing moves, and not one on which something does', async () => {
  const { clock, watched, reason } = dog();
  for (let count = 0; count < 5; count += 1) {
    await clock.advance(99);
    watched.moved(1);
  }
  await clock.advance(99);
  expect(watched.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(reason()).toMatchObject({ code: 'stalled', retryable: true });
});

it('gives the store longer to answer once everything was sent, and calls that a timeout', async () => {
  const { clock, watched, reason } = dog();
  await clock.advance(50);
  watched.sent();
  await clock.advance(299);
  expect(watched.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(reason()).toMatchObject({ code: 'timeout' });
});

it('calls an answer stalled that breaks off', async () => {
  const { clock, watched, reason } = dog();
  watched.sent();
  await clock.advance(250);
  watched.answered();
  await clock.advance(99);
  watched.moved(1);
  await clock.advance(99);
  expect(watched.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(reason()).toMatchObject({ code: 'stalled' });
});

it('passes a stop on at once, and leaves no timer and no listener', async () => {
  const { clock, parent, watched, reason } = dog();
  parent.abort();
  expect(reason()).toMatchObject({ code: 'stopped' });
  watched.release();
  expect(clock.timers).toBe(0);
  const other = dog();
  other.watched.release();
  other.parent.abort();
  await other.clock.advance(1000);
  expect(other.watched.signal.aborted).toBe(false);
});

it('ends a download as stalled when its body stops coming, after the shorter time', async () => {
  const context = testContext(
    {
      http: {
        send: async ({ signal }) => ({
          status: 200,
          headers: {},
          consume: () =>
            new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
          text: async () => '',
          discard: async () => undefined,
        }),
      },
    },
    { stallAfter: 100, answerWithin: 300 },
  );
  const request = { method: 'GET', url: 'https://store.invalid/', headers: {}, timeToLive: 1000 } as const;
  const receive = (answer: { consume(take: () => void): Promise<void> }) => answer.consume(() => undefined);
  const failed = expect(
    exchange(context, { doing: 'bytes', request, answers: { code: [], rules: [] }, receive }),
  ).rejects.toMatchObject({ code: 'stalled' });
  await context.clock.advance(100);
  await failed;
  expect(context.clock.timers).toBe(0);
});
