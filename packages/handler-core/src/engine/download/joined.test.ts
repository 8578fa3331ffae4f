import { describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf, requestsOf } from '../../../test/bench.ts';
import { settled } from '../../../test/context.ts';
import { type DownloadedFile, download } from '../../index.ts';

const bytes = bytesOf(60);
const slow = { limits: { concurrency: 1 } };

/** Three who want the same object, each in its own place, while the store holds its answers back. */
async function three(b: Bench): Promise<{
  readonly stops: AbortController[];
  readonly results: Promise<DownloadedFile>[];
  readonly go: () => void;
}> {
  const { url } = await b.send(bytes);
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  b.store.faults.beforeSigner = (method) => (method === 'read' ? gate : undefined);
  const stops = [0, 1, 2].map(() => new AbortController());
  const results = stops.map(({ signal }, index) =>
    download({ signers: [b.signer], url, to: `/out${index}`, runtime: b.runtime, signal }),
  );
  for (const result of results) result.catch(() => undefined);
  await settled();
  return { stops, results, go };
}

const there = (b: Bench): string[] =>
  [...b.files.files.keys()].filter((path) => path.startsWith('/out')).sort();

describe('downloads of the same URL', () => {
  it('are fetched once, and each waiter gets its own file', async () => {
    const b = bench({}, [], slow);
    const { results, go } = await three(b);
    const requests = await requestsOf(b, async () => {
      go();
      await Promise.all(results);
    });
    expect(requests).toHaveLength(4);
    for (const path of ['/out0', '/out1', '/out2']) expect(b.files.files.get(path)).toEqual(bytes);
    expect(b.events.filter(({ type }) => type === 'joined')).toHaveLength(2);
    expect((await Promise.all(results)).map(({ path }) => path)).toEqual(['/out0', '/out1', '/out2']);
  });

  it('go on when the first waiter stops, which gets no file', async () => {
    const b = bench({}, [], slow);
    const { stops, results, go } = await three(b);
    stops[0]?.abort();
    await expect(results[0]).rejects.toMatchObject({ code: 'stopped' });
    go();
    await Promise.all(results.slice(1));
    expect(there(b)).toEqual(['/out1', '/out2']);
  });

  it('end when the last waiter stops', async () => {
    const b = bench({}, [], slow);
    const { stops, results, go } = await three(b);
    for (const stop of stops) stop.abort();
    go();
    expect((await Promise.allSettled(results)).map(({ status }) => status)).toEqual(
      Array(3).fill('rejected'),
    );
    expect([there(b), b.store.requests.filter(({ kind }) => kind === 'read')]).toEqual([[], []]);
  });

  it('give the others their file though the first stops while it is moved into place', async () => {
    const b = bench({}, [], slow);
    const { stops, results, go } = await three(b);
    const openTarget = b.files.openTarget;
    b.files.openTarget = async (path, resumeKey) => {
      const target = await openTarget(path, resumeKey);
      return {
        ...target,
        commit: async (final) => {
          stops[0]?.abort();
          await target.commit(final);
        },
      };
    };
    go();
    await Promise.all(results.slice(1));
    expect(b.files.files.get('/out1')).toEqual(bytes);
    expect(b.files.files.get('/out2')).toEqual(bytes);
  });

  it('are not shared by those with other rights', async () => {
    const b = bench({}, [], slow);
    const { url } = await b.send(bytes);
    const denied = { ...b.signer, read: () => Promise.reject(new Error('not for you')) };
    const mine = download({ signers: [b.signer], url, to: '/out0', runtime: b.runtime });
    const theirs = download({ signers: [denied], url, to: '/out1', runtime: b.runtime });
    await expect(theirs).rejects.toThrow('not for you');
    await mine;
    expect(there(b)).toEqual(['/out0']);
  });
});
