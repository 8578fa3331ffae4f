import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BufferPool } from './buffers.ts';

it('gives the same memory again, of exactly the size that is asked for', () => {
  const pool = new BufferPool(100);
  const first = pool.take(40);
  expect(first).toHaveLength(40);
  pool.give(first);
  expect(pool.take(39)).not.toBe(first);
  expect(pool.take(40)).toBe(first);
  expect(pool.take(40)).not.toBe(first);
});

it('keeps no more than it may, counting what it gave out as gone', () => {
  const pool = new BufferPool(100);
  const [a, b, c] = [pool.take(60), pool.take(60), pool.take(40)];
  pool.give(a);
  pool.give(b);
  pool.give(c);
  expect([pool.take(60), pool.take(40)]).toEqual([a, c]);
  pool.give(b);
  expect(pool.take(60)).toBe(b);
});

it('never lends one buffer to two', () => {
  const command = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const pool = new BufferPool(4);
      const lent: Uint8Array[] = [];
      for (const [take, size] of commands) {
        if (!take) {
          const back = lent.shift();
          if (back !== undefined) pool.give(back);
          continue;
        }
        const buffer = pool.take(size);
        expect(buffer).toHaveLength(size);
        expect(lent.includes(buffer)).toBe(false);
        lent.push(buffer);
      }
    }),
  );
});
