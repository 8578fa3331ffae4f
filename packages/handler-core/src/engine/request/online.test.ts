import { expect, it } from 'vitest';
import { settled, testContext, watched } from '../../../test/context.ts';
import { CONNECTIVITY, type Connectivity, TransferError } from '../../index.ts';
import type { NetworkPort } from '../../provider/index.ts';
import { persist } from './retry.ts';

/** A network that a test switches on and off. */
function network(state: Connectivity): NetworkPort & { set(next: Connectivity): void; listeners(): number } {
  let now = state;
  const listeners = new Set<(state: Connectivity) => void>();
  return {
    connectivity: () => now,
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    set(next) {
      now = next;
      for (const listener of [...listeners]) listener(next);
    },
    listeners: () => listeners.size,
  };
}

const limits = { retryBase: 10, offlineFor: 60_000, attempts: 5 };

function failingOnce() {
  let tries = 0;
  const attempt = async (): Promise<string> => {
    tries += 1;
    if (tries === 1) throw new TransferError('network', 'no way');
    return 'done';
  };
  return { attempt, tries: () => tries };
}

it('a retry waits for the network to come back', async () => {
  const port = network(CONNECTIVITY.DISCONNECTED);
  const context = testContext({ network: port }, limits);
  const { attempt, tries } = failingOnce();
  const done = watched(persist(context, attempt));
  await context.clock.advance(59_000);
  expect(tries()).toBe(1);
  port.set(CONNECTIVITY.DISCONNECTED);
  await settled();
  expect(tries()).toBe(1);
  port.set(CONNECTIVITY['4G']);
  await settled();
  expect(done.value).toBe('done');
  expect([port.listeners(), context.clock.timers]).toEqual([0, 0]);
});

it('a transfer that was offline for too long fails as offline, once, whatever is around it', async () => {
  const port = network(CONNECTIVITY.DISCONNECTED);
  const context = testContext({ network: port }, limits);
  const { attempt, tries } = failingOnce();
  const done = watched(persist(context, () => persist(context, attempt)));
  await context.clock.advance(60_010);
  expect(done.error).toMatchObject({ code: 'offline' });
  expect([tries(), port.listeners(), context.clock.timers]).toEqual([1, 0, 0]);
});

it('a stop ends the wait at once', async () => {
  const port = network(CONNECTIVITY.DISCONNECTED);
  const context = testContext({ network: port }, limits);
  const done = watched(persist(context, failingOnce().attempt));
  await context.clock.advance(100);
  expect(port.listeners()).toBeGreaterThan(0);
  context.stop();
  await settled();
  expect(done.error).toMatchObject({ code: 'stopped' });
  expect([port.listeners(), context.clock.timers]).toEqual([0, 0]);
});
