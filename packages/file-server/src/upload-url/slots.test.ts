import { type ManualClock, manualClock } from '@mesibo-files/handler-core/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Queueing, Slots } from './slots.ts';

describe('slots', () => {
  let clock: ManualClock;
  let slots: Slots;
  beforeEach(() => {
    clock = manualClock();
    slots = new Slots();
  });
  const queueing = (own: Partial<Queueing> = {}): Queueing => ({
    clock,
    most: 1,
    patience: 5_000,
    longest: 10,
    signal: new AbortController().signal,
    ...own,
  });

  it('are handed on in the order in which they were asked for', async () => {
    const release = slots.take(1);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (number) => {
      const give = await slots.takeSoon(queueing());
      order.push(number);
      give();
    });
    await clock.advance(4_999);
    release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    expect(clock.timers).toBe(0);
  });

  it('are refused after so long, at once where too many wait, and for nobody', async () => {
    slots.take(1);
    const late = expect(slots.takeSoon(queueing())).rejects.toMatchObject({ code: 'too-many-uploads' });
    await expect(slots.takeSoon(queueing({ longest: 1 }))).rejects.toMatchObject({
      code: 'too-many-uploads',
    });
    await expect(slots.takeSoon(queueing({ patience: 0 }))).rejects.toMatchObject({
      code: 'too-many-uploads',
    });
    const gone = new AbortController();
    const left = expect(slots.takeSoon(queueing({ signal: gone.signal }))).rejects.toThrow('gone');
    gone.abort(new Error('gone'));
    await left;
    await clock.advance(5_000);
    await late;
    expect(clock.timers).toBe(0);
  });

  it('let in one after the other who may take none: the next at once, or after a second', async () => {
    const release = slots.take(1);
    const came: string[] = [];
    const one = slots.room(queueing()).then((over) => {
      came.push('stranger');
      return over;
    });
    const two = slots.room(queueing()).then((over) => {
      came.push('dribbler');
      return over;
    });
    const three = slots.takeSoon(queueing()).then(() => came.push('known'));
    release();
    (await one)();
    await two;
    expect(came).toEqual(['stranger', 'dribbler']);
    await clock.advance(1_000);
    await three;
    expect(came).toEqual(['stranger', 'dribbler', 'known']);
  });

  it('are never more than there are, and nobody waits while one is free', async () => {
    const steps = fc.array(fc.constantFrom('take', 'give', 'look'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (does, most) => {
        const own = new Slots();
        const held: (() => void)[] = [];
        let [waiting, running, high] = [0, 0, 0];
        for (const what of does) {
          if (what === 'take') {
            waiting += 1;
            void own.takeSoon(queueing({ most, longest: 100 })).then((give) => {
              waiting -= 1;
              running += 1;
              high = Math.max(high, running);
              held.push(() => {
                running -= 1;
                give();
              });
            });
          } else if (what === 'give') held.shift()?.();
          for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
          if (running < most) expect(waiting).toBe(0);
        }
        expect(high).toBeLessThanOrEqual(most);
      }),
    );
  });
});
