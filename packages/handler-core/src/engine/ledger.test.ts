import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ledger, type Progress } from './ledger.ts';

type Step = readonly [
  act: 'moved' | 'failed' | 'confirm' | 'unconfirm' | 'total',
  piece: number,
  bytes: number,
];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('moved', 'failed', 'confirm', 'unconfirm', 'total'),
  fc.integer({ min: 0, max: 4 }),
  fc.integer({ min: 0, max: 120 }),
);

function play(total: number | null, steps: readonly Step[], seen: Progress[]): Ledger {
  const ledger = new Ledger(total, (progress) => seen.push(progress));
  for (const [act, piece, bytes] of steps) {
    if (act === 'moved') ledger.moved(piece, bytes);
    else if (act === 'failed') ledger.failed(piece);
    else if (act === 'confirm') ledger.confirm(piece, bytes);
    else if (act === 'unconfirm') ledger.unconfirm(bytes);
    else if (total !== null) ledger.setTotal(total);
  }
  return ledger;
}

describe('the ledger', () => {
  it('never goes back, never passes the total, and is at 100 only when finished', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 0, max: 300 }), (steps, total) => {
        const seen: Progress[] = [];
        const ledger = play(total, steps, seen);
        for (const [index, { done, percent }] of seen.entries()) {
          expect(percent).toBeLessThan(100);
          expect(done).toBeLessThanOrEqual(total);
          expect(done).toBeGreaterThanOrEqual(seen[index - 1]?.done ?? 0);
          expect(percent).toBeGreaterThanOrEqual(seen[index - 1]?.percent ?? 0);
        }
        ledger.finish(total);
        expect(seen.at(-1)).toEqual({ done: total, total, percent: 100 });
      }),
      { numRuns: 300 },
    );
  });

  it('counts the bytes of a stream and shows no percent before its length is known', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const seen: Progress[] = [];
        play(null, steps, seen);
        for (const [index, { done, percent, total }] of seen.entries()) {
          expect([percent, total]).toEqual([0, null]);
          expect(done).toBeGreaterThanOrEqual(seen[index - 1]?.done ?? 0);
        }
      }),
    );
  });

  it('counts bytes that are sent again once they get further than before', () => {
    const seen: Progress[] = [];
    const ledger = new Ledger(100, (progress) => seen.push(progress));
    ledger.moved(1, 30);
    ledger.failed(1);
    ledger.moved(1, 20);
    ledger.moved(1, 20);
    ledger.confirm(1, 40);
    ledger.unconfirm(40);
    ledger.moved(1, 45);
    expect(seen.map(({ done }) => done)).toEqual([30, 40, 45]);
    expect(ledger.confirmed).toBe(0);
  });

  it('adds what is moving to what is confirmed, piece by piece', () => {
    const seen: number[] = [];
    const ledger = new Ledger(100, ({ percent }) => seen.push(percent));
    ledger.moved(1, 10);
    ledger.moved(2, 5);
    ledger.confirm(1, 20);
    ledger.confirm(2, 80);
    expect(seen).toEqual([10, 15, 25, 99]);
    expect(ledger.confirmed).toBe(100);
    ledger.unconfirm(500);
    expect(ledger.confirmed).toBe(0);
  });

  it('does not report what shows nothing new', () => {
    const seen: Progress[] = [];
    const ledger = new Ledger(10, (progress) => seen.push(progress));
    ledger.moved(1, 0);
    ledger.setTotal(10);
    ledger.moved(1, 4);
    ledger.confirm(1, 4);
    expect(seen).toEqual([{ done: 4, total: 10, percent: 40 }]);
  });
});
