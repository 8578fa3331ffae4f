import { expect, it } from 'vitest';
import { CONNECTIVITY } from '../index.ts';
import { nodeNetwork } from './network.ts';

it('tells of other addresses while somebody listens, and looks no longer than that', () => {
  let addresses = 'eth0 10.0.0.1';
  const timer: { look: (() => void) | null } = { look: null };
  const network = nodeNetwork({
    addresses: () => addresses,
    every: (milliseconds, callback) => {
      expect(milliseconds).toBe(5000);
      timer.look = callback;
      return () => {
        timer.look = null;
      };
    },
  });
  const told: unknown[] = [];
  expect(network.connectivity()).toBe(CONNECTIVITY.UNKNOWN);
  expect(network.freeIfUnknown).toBe(true);
  const first = network.onChange((connectivity) => told.push(['first', connectivity]));
  const second = network.onChange(() => told.push('second'));
  timer.look?.();
  expect(told).toEqual([]);
  addresses = 'wlan0 192.168.1.7';
  timer.look?.();
  timer.look?.();
  expect(told).toEqual([['first', CONNECTIVITY.UNKNOWN], 'second']);
  first();
  addresses = '';
  timer.look?.();
  expect(told).toHaveLength(3);
  second();
  expect(timer.look).not.toBeNull();
  timer.look?.();
  expect(timer.look).toBeNull();
  network.onChange(() => told.push('third'));
  timer.look?.();
  expect(told).toHaveLength(3);
});
