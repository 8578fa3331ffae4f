import { describe, expect, it } from 'vitest';
import { bench, bytesOf } from '../../test/bench.ts';
import { type Progress, uploadAll } from '../index.ts';

/** Three pictures on the device. */
function album() {
  const b = bench();
  for (const [index, size] of [100, 50, 30].entries())
    b.files.files.set(`/${index}.jpg`, bytesOf(size, index + 1));
  const files = [0, 1, 2].map((index) => ({ from: `/${index}.jpg` }));
  return { ...b, files, device: b.files };
}

const shared = ({ signer, runtime }: ReturnType<typeof album>) => ({ signer, runtime });

describe('several files', () => {
  it('go up, each with its own result, in their order, and with one progress', async () => {
    const a = album();
    const told: Progress[] = [];
    const results = await uploadAll({
      ...shared(a),
      files: a.files,
      onProgress: (progress) => told.push(progress),
    });
    const sizes = results.map((result) => result.stored && result.object.size);
    expect(sizes).toEqual([100, 50, 30]);
    expect(told.every(({ total }) => total === 180)).toBe(true);
    expect(told.every(({ done }, index) => done >= (told[index - 1]?.done ?? 0))).toBe(true);
    expect(told.filter(({ percent }) => percent === 100)).toHaveLength(1);
    expect(told.at(-1)).toEqual({ done: 180, total: 180, percent: 100 });
  });

  it('of which one fails: the others are stored, and it is never 100 %', async () => {
    const a = album();
    const percents: number[] = [];
    const files = [...a.files, { from: '/missing.jpg' }, { from: null as never }];
    const results = await uploadAll({
      ...shared(a),
      files,
      onProgress: ({ percent }) => percents.push(percent),
    });
    expect(results.map((result) => result.stored || result.error.code)).toEqual([
      true,
      true,
      true,
      'file-not-found',
      'invalid-argument',
    ]);
    expect(Math.max(...percents)).toBeLessThan(100);
  });

  it('may be any thing that can be uploaded, with names of their own', async () => {
    const a = album();
    const results = await uploadAll({
      ...shared(a),
      files: [{ from: bytesOf(7), name: 'a.png' }, { from: new File(['xyz'], 'b.txt') }, { from: '/0.jpg' }],
    });
    expect(results.map((result) => result.stored && [result.object.name, result.object.size])).toEqual([
      ['a.png', 7],
      ['b.txt', 3],
      ['0.jpg', 100],
    ]);
  });

  it('none are no failure; what is no list is one', async () => {
    const a = album();
    expect(await uploadAll({ ...shared(a), files: [] })).toEqual([]);
    await expect(uploadAll({ ...shared(a), files: 'a' as never })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

describe('all or nothing', () => {
  it('stores all', async () => {
    const a = album();
    const results = await uploadAll({ ...shared(a), files: a.files, allOrNothing: true });
    expect([results.length, a.store.objects.keys().length]).toEqual([3, 3]);
  });

  it('leaves nothing readable when one fails, and rejects with its reason', async () => {
    const a = album();
    a.device.beforeRead = (path) => {
      // The others are stored by then.
      if (path !== '/2.jpg') return;
      return expect
        .poll(() => a.store.objects.keys().length)
        .toBe(2)
        .then(() => {
          throw new Error('the card was pulled out');
        });
    };
    const failed = uploadAll({ ...shared(a), files: a.files, allOrNothing: true });
    await expect(failed).rejects.toThrow('the card was pulled out');
    expect(a.store.objects.keys()).toEqual([]);
  });

  it('stops the others at once when one fails', async () => {
    const a = album();
    const files = [...a.files, { from: '/missing.jpg' }];
    await expect(uploadAll({ ...shared(a), files, allOrNothing: true })).rejects.toMatchObject({
      code: 'file-not-found',
    });
    expect(a.store.objects.keys()).toEqual([]);
  });

  it('says when what was stored could not be removed', async () => {
    const a = album();
    const signer = {
      ...a.signer,
      remove: async () => {
        throw new Error('no');
      },
    };
    a.device.beforeRead = (path) => {
      if (path !== '/2.jpg') return;
      return expect
        .poll(() => a.store.objects.keys().length)
        .toBe(2)
        .then(() => {
          throw new Error('the card was pulled out');
        });
    };
    const failed = uploadAll({ ...shared(a), signer, files: a.files, allOrNothing: true });
    await expect(failed).rejects.toThrow('2 stored files could not be removed');
  });
});

it('a stop stops them all', async () => {
  const a = album();
  const stop = new AbortController();
  a.store.faults.delay = () => 60_000;
  const sent = uploadAll({ ...shared(a), files: a.files, signal: stop.signal });
  await expect.poll(() => a.events.some(({ type }) => type === 'started')).toBe(true);
  stop.abort();
  expect((await sent).map((result) => !result.stored && result.error.code)).toEqual([
    'stopped',
    'stopped',
    'stopped',
  ]);
});
