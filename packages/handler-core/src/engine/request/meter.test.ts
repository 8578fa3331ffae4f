import { expect, it } from 'vitest';
import { TransferError } from '../../index.ts';
import { manualClock } from '../../testing/index.ts';
import { DEFAULT_TRANSFER_LIMITS } from '../limits.ts';
import { Pace } from './pace.ts';

const MiB = 1024 * 1024;

function link() {
  const clock = manualClock();
  const { up, down } = new Pace(clock, DEFAULT_TRANSFER_LIMITS);
  return { clock, up, down };
}

it('reckons with a slow link while nothing is known, and with what was measured after that', async () => {
  const { clock, up } = link();
  const first = up.meter();
  expect(first.slack()).toBe(0);
  first.moved(100 * 1024);
  expect(first.slack()).toBe(50_000);
  first.moved(8 * MiB);
  // No system that is slow takes more than this at once.
  expect(first.slack()).toBe(128_000);
  await clock.advance(1000);
  first.answeredAs('done', 'internal');
  const next = up.meter();
  next.moved(2 * MiB);
  expect(next.slack()).toBeLessThan(300);
  // A socket that had to wait tells of itself.
  await clock.advance(1000);
  next.moved(10_000);
  expect(next.slack()).toBeGreaterThan(200_000);
});

it('forgets the speed of a link on which a request hung', async () => {
  const { clock, up } = link();
  const quick = up.meter();
  quick.moved(MiB);
  await clock.advance(100);
  quick.answeredAs('done', 'internal');
  expect(up.speed.known).toBe(10 * MiB);
  up.meter().failed(new TransferError('timeout', 'no answer'));
  expect(up.speed.known).toBeNull();
});

it('takes lanes away for a connection that broke or was throttled, and not for a refusal', async () => {
  const { clock, up, down } = link();
  up.meter().answeredAs('refused', 'access-denied');
  up.meter().failed(new TransferError('network', 'refused before a byte moved'));
  expect(up.lanes).toBe(4);
  up.meter().answeredAs('retry', 'throttled');
  expect(up.lanes).toBe(2);
  await clock.advance(6000);
  const broken = up.meter();
  broken.moved(10);
  broken.failed(new TransferError('network', 'cut'));
  expect([up.lanes, down.lanes]).toEqual([1, 4]);
});
