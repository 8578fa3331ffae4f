import { expect, it } from 'vitest';
import { settled, watched } from '../../../test/context.ts';
import { manualClock } from '../../testing/index.ts';
import { TransferLane } from './lane.ts';
import { pause } from './time.ts';

const never = new AbortController().signal;

function lane() {
  const clock = manualClock();
  const log: string[] = [];
  let give: () => void = () => undefined;
  const place = {
    release: () => {
      log.push('released');
      return true;
    },
    reacquire: () =>
      new Promise<void>((resolve) => {
        log.push('queued');
        give = resolve;
      }),
  };
  const held = new TransferLane(place, clock);
  return { clock, log, held, give: () => give() };
}

it('goes to another at once for a long rest, and is queued for afterwards', async () => {
  const { clock, log, held, give } = lane();
  let dropped = 0;
  held.onRelease(() => {
    dropped += 1;
  });
  const rest = watched(held.rest(5000, never, () => pause(clock, 5000, never)));
  await settled();
  expect([log, dropped]).toEqual([['released'], 1]);
  await clock.advance(5000);
  expect([log, rest.over]).toEqual([['released', 'queued'], false]);
  give();
  await settled();
  expect([rest.over, clock.timers]).toEqual([true, 0]);
});

it('stays for a short rest, and goes when that becomes long', async () => {
  const { clock, log, held } = lane();
  await Promise.all([held.rest(10, never, () => pause(clock, 10, never)), clock.advance(10)]);
  expect(log).toEqual([]);
  void held.rest(10, never, () => pause(clock, 60_000, never));
  await clock.advance(999);
  expect(log).toEqual([]);
  await clock.advance(1);
  expect(log).toEqual(['released']);
});

it('stays while something of the transfer is on the wire, and goes when nothing is any more', async () => {
  const { clock, log, held } = lane();
  let finish: () => void = () => undefined;
  const wire = held.use(never, () => new Promise<void>((resolve) => (finish = resolve)));
  void held.rest(60_000, never, () => pause(clock, 60_000, never));
  await clock.advance(5000);
  expect(log).toEqual([]);
  finish();
  await wire;
  await clock.advance(1000);
  expect(log).toEqual(['released']);
});

it('is had again before anything goes on the wire, once for all workers', async () => {
  const { clock, log, held, give } = lane();
  const rests = [1, 2].map(() => watched(held.rest(2000, never, () => pause(clock, 2000, never))));
  let ran = false;
  await settled();
  const used = watched(
    held.use(never, async () => {
      ran = true;
    }),
  );
  await clock.advance(2000);
  expect([log, ran]).toEqual([['released', 'queued'], false]);
  give();
  await settled();
  expect([ran, used.over, ...rests.map(({ over }) => over), log]).toEqual([
    true,
    true,
    true,
    true,
    ['released', 'queued'],
  ]);
});

it('lets a stopped worker go at once', async () => {
  const { clock, held, log } = lane();
  const controller = new AbortController();
  const rest = watched(held.rest(2000, controller.signal, () => pause(clock, 2000, controller.signal)));
  await clock.advance(2000);
  expect(log.at(-1)).toBe('queued');
  controller.abort();
  await settled();
  expect([rest.error, clock.timers]).toMatchObject([{ code: 'stopped' }, 0]);
});
