import { expect, it } from 'vitest';
import { settled } from '../../test/context.ts';
import { UnderWay } from './admission.ts';

it('counts each direction, and counts out whatever ends, well or badly', async () => {
  const underWay = new UnderWay();
  const ends: ((failed: boolean) => void)[] = [];
  for (const upload of [true, true, false]) {
    const over = new Promise<void>((resolve, reject) =>
      ends.push((failed) => (failed ? reject(new Error('no')) : resolve())),
    );
    underWay.count(upload, over);
  }
  const counts: number[][] = [[underWay.uploads, underWay.downloads]];
  for (const [at, end] of ends.entries()) {
    end(at === 0);
    await settled();
    counts.push([underWay.uploads, underWay.downloads]);
  }
  expect(counts).toEqual([
    [2, 1],
    [1, 1],
    [0, 1],
    [0, 0],
  ]);
});
