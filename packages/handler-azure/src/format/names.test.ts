import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockId, blockNumber, MARKER } from './names.ts';

describe('block ids', () => {
  it('are all of one length, in order, with nothing that a URL would escape, and come back', () => {
    const numbers = fc.integer({ min: MARKER, max: 50_000 });
    fc.assert(
      fc.property(numbers, numbers, (one, other) => {
        expect(blockId(one)).toMatch(/^[A-Za-z0-9]{8}$/);
        expect(blockNumber(blockId(one))).toBe(one);
        expect(blockId(one) === blockId(other)).toBe(one === other);
      }),
    );
  });

  it.each(['', 'x', '????', btoa('1'), btoa('1234567'), btoa('-00001')])(
    'know %j for none of theirs',
    (id) => {
      expect(blockNumber(id)).toBeNull();
    },
  );
});
