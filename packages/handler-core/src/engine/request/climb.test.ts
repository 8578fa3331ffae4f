import { expect, it } from 'vitest';
import { Climb } from './climb.ts';

/** A link in bytes a millisecond: of each lane and of all, with its round trip. */
interface SimulatedLink {
  readonly each: number;
  readonly whole: number;
  readonly roundTrip: number;
}

const MiB = 1024 * 1024;
const of = (mbit: number): number => (mbit * 1000) / 8;

/** Runs a link with always enough parts waiting, a hundred steps a second; answers the lanes after so many seconds. */
function run(
  climb: Climb,
  link: SimulatedLink,
  seconds: number,
  { from = 0, most = 16, transfers = 1, partSize = 8 * MiB } = {},
): { readonly lanes: number; readonly bytes: number; readonly history: number[] } {
  const history = [climb.lanes];
  let bytes = 0;
  climb.answeredAfter(link.roundTrip);
  for (let now = from; now < from + seconds * 1000; now += 10) {
    const inUse = Math.max(transfers, Math.min(climb.lanes, most));
    const moved = 10 * Math.min(link.whole, link.each * inUse);
    bytes += moved;
    climb.count(moved, now, { inUse, wanted: true, transfers, partSize });
    if (climb.lanes !== history.at(-1)) history.push(climb.lanes);
  }
  return { lanes: climb.lanes, bytes, history };
}

const LOSSY: SimulatedLink = { each: of(2), whole: Number.POSITIVE_INFINITY, roundTrip: 300 };

it('takes all sixteen lanes within seconds where each connection is slow', () => {
  const { history } = run(new Climb(16), LOSSY, 6);
  expect(history).toEqual([4, 8, 16]);
});

it('never takes more lanes than it may', () => {
  expect(run(new Climb(6), LOSSY, 60).history).toEqual([4, 6]);
  expect(run(new Climb(2), LOSSY, 60).history).toEqual([2]);
});

it('gives lanes back that the whole gains nothing from, and asks again ever more seldom', () => {
  const link = { each: of(30), whole: of(100), roundTrip: 50 };
  const { history, lanes } = run(new Climb(16), link, 120);
  expect(lanes).toBe(4);
  // After 5, 10, 20, 40 and 80 seconds at most.
  expect(history.filter((count) => count === 8).length).toBeLessThanOrEqual(5);
  expect(Math.max(...history)).toBe(8);
});

it('tries fewer lanes where a part takes long, and keeps what loses nothing', () => {
  const narrow = { each: of(1), whole: of(1), roundTrip: 200 };
  expect(run(new Climb(16), narrow, 60).lanes).toBe(1);
  // Where each connection is slow by itself, fewer lose at once.
  const slow = { each: of(0.5), whole: Number.POSITIVE_INFINITY, roundTrip: 200 };
  expect(run(new Climb(4), slow, 60).history).not.toContain(1);
});

it('tries nothing on a near link, where lanes cost memory and gain nothing', () => {
  const near = { each: of(8000), whole: Number.POSITIVE_INFINITY, roundTrip: 1 };
  expect(run(new Climb(16), near, 30).history).toEqual([4]);
  // Nor where a busy machine answers late what it moved at once.
  expect(run(new Climb(16), { ...near, roundTrip: 50 }, 30).history).toEqual([4]);
});

it('halves its lanes when connections break, once for all that break together, and stays there for a while', () => {
  const climb = new Climb(16);
  run(climb, LOSSY, 10);
  for (let count = 0; count < 16; count += 1) climb.reset(10_000 + count);
  expect(climb.lanes).toBe(8);
  expect(run(climb, LOSSY, 25, { from: 10_020 }).lanes).toBe(8);
  expect(run(climb, LOSSY, 20, { from: 35_020 }).lanes).toBe(16);
  for (let at = 100_000; at < 200_000; at += 10_000) climb.reset(at);
  expect(climb.lanes).toBe(1);
});

it('measures only while all lanes are busy', () => {
  const climb = new Climb(16);
  climb.answeredAfter(300);
  for (let now = 0; now < 20_000; now += 10) {
    climb.count(1000, now, { inUse: 3, wanted: false, transfers: 1, partSize: MiB });
  }
  expect(climb.lanes).toBe(4);
});

it('judges by what the memory allows', () => {
  const climb = new Climb(16);
  run(climb, LOSSY, 1.5, { most: 4 });
  expect(climb.lanes).toBe(8);
  climb.capped(4, 1500);
  expect(climb.lanes).toBe(4);
  expect(run(climb, LOSSY, 4, { from: 1510, most: 4 }).lanes).toBe(4);
});
