import { describe, expect, it } from 'vitest';
import { settled, watched } from '../../test/context.ts';
import type { Progress } from '../engine/ledger.ts';
import { Joins, type Shared } from './joins.ts';

const half: Progress = { done: 5, total: 10, percent: 50 };

function bench() {
  const joins = new Joins<string>();
  const runs: { readonly shared: Shared; finish(result: string): void; fail(error: unknown): void }[] = [];
  const seen: string[] = [];
  const join = (name: string, key = 'k', onProgress?: (stop: () => void) => void, priority = 0) => {
    const controller = new AbortController();
    const own = onProgress && (() => onProgress(() => controller.abort()));
    const waiter = {
      signal: controller.signal,
      onProgress: own ?? (({ percent }: Progress) => seen.push(`${name} ${percent}`)),
      path: `/${name}`,
      priority: () => priority,
    };
    const start = (shared: Shared): Promise<string> =>
      new Promise((resolve, reject) => {
        runs.push({ shared, finish: resolve, fail: reject });
      });
    const promise = joins.join(key, waiter, { start, onJoined: () => seen.push(`${name} joined`) });
    return { result: watched(promise), stop: () => controller.abort() };
  };
  return { join, runs, seen };
}

describe('those who want the same', () => {
  it('share one run, its progress and its result', async () => {
    const { join, runs, seen } = bench();
    const one = join('one');
    await settled();
    runs[0]?.shared.onProgress(half);
    const two = join('two');
    const other = join('other', 'another key');
    await settled();
    expect(runs).toHaveLength(2);
    expect(seen).toEqual(['one 50', 'two joined', 'two 50']);
    runs[0]?.shared.onProgress({ ...half, percent: 60 });
    runs[0]?.finish('done');
    await settled();
    expect([one.result.value, two.result.value, other.result.over]).toEqual(['done', 'done', false]);
    expect(seen.slice(3)).toEqual(['one 60', 'two 60']);
  });

  it('want it as soon as the most urgent of those that are left', async () => {
    const { join, runs } = bench();
    join('one', 'k', undefined, 1);
    const two = join('two', 'k', undefined, 5);
    await settled();
    expect(runs[0]?.shared.priority()).toBe(5);
    two.stop();
    expect(runs[0]?.shared.priority()).toBe(1);
  });

  it('share its failure, and the next begins anew', async () => {
    const { join, runs } = bench();
    const both = [join('one'), join('two')];
    await settled();
    runs[0]?.fail(new TypeError('bad'));
    await settled();
    for (const { result } of both) expect(result.error).toMatchObject({ code: 'internal', message: 'bad' });
    join('three');
    await settled();
    expect(runs).toHaveLength(2);
  });

  it('leave one by one, and the run ends with the last', async () => {
    const { join, runs, seen } = bench();
    const [one, two] = [join('one'), join('two')];
    await settled();
    one.stop();
    await settled();
    expect(one.result.error).toMatchObject({ code: 'stopped' });
    expect(runs[0]?.shared.signal.aborted).toBe(false);
    expect(runs[0]?.shared.waiters().map(({ path }) => path)).toEqual(['/two']);
    runs[0]?.shared.onProgress(half);
    expect(seen.at(-1)).toBe('two 50');
    expect(seen).not.toContain('one 50');
    two.stop();
    await settled();
    expect(runs[0]?.shared.signal.aborted).toBe(true);
    expect(two.result.over).toBe(false);
    runs[0]?.fail(runs[0].shared.signal.reason);
    await settled();
    expect(two.result.error).toMatchObject({ code: 'stopped' });
  });

  it('begin only when a run that was stopped has let go', async () => {
    const { join, runs } = bench();
    const one = join('one');
    await settled();
    one.stop();
    const two = join('two');
    await settled();
    expect(runs).toHaveLength(1);
    runs[0]?.fail(new Error('stopped'));
    await settled();
    expect(runs).toHaveLength(2);
    runs[1]?.finish('two');
    await settled();
    expect([two.result.value, one.result.error !== undefined]).toEqual(['two', true]);
  });

  it('are told that they stopped even when the run succeeds after all', async () => {
    const { join, runs } = bench();
    const one = join('one');
    await settled();
    one.stop();
    runs[0]?.finish('too late');
    await settled();
    expect(one.result.error).toMatchObject({ code: 'stopped' });
  });

  it('are not harmed by a listener that throws', async () => {
    const { join, runs, seen } = bench();
    const bad = join('bad', 'k', () => {
      throw new Error('a fault of the app');
    });
    await settled();
    const two = join('two');
    expect(() => runs[0]?.shared.onProgress(half)).not.toThrow();
    const late = join('late', 'k', () => {
      throw new Error('another');
    });
    runs[0]?.finish('done');
    await settled();
    expect([bad, two, late].map(({ result }) => result.value)).toEqual(['done', 'done', 'done']);
    expect(seen).toContain('two 50');
  });

  it('may stop in the very moment they are told of the progress', async () => {
    const { join, runs } = bench();
    join('one');
    await settled();
    runs[0]?.shared.onProgress(half);
    const two = join('two', 'k', (stop) => stop());
    await settled();
    expect(two.result.error).toMatchObject({ code: 'stopped' });
    expect(runs[0]?.shared.waiters()).toHaveLength(1);
  });

  it('do not start when they were stopped before', async () => {
    const joins = new Joins<string>();
    const waiter = { signal: AbortSignal.abort(), onProgress: () => undefined, path: '', priority: () => 0 };
    const start = (): Promise<string> => Promise.reject(new Error('started'));
    await expect(joins.join('k', waiter, { start, onJoined: () => undefined })).rejects.toMatchObject({
      code: 'stopped',
    });
  });
});
