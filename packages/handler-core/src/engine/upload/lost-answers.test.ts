import { describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf, requestsOf, stopAt } from '../../../test/bench.ts';
import { TransferError } from '../../index.ts';
import type { Manifest, Signer } from '../../signer/signer.ts';
import type { MemorySignerOptions, SignerMethod } from '../../testing/index.ts';

const bytes = bytesOf(16 * 5);
const shapes: readonly (readonly [string, MemorySignerOptions])[] = [
  ['single', { shape: 'single' }],
  ['parts', {}],
  ['session', { shape: 'session' }],
];

/** The answer of this method is lost so many times. */
function lose(b: Bench, lost: SignerMethod, times = 2): void {
  let left = times;
  b.store.faults.afterSigner = (method) => {
    if (method !== lost || left === 0) return;
    left -= 1;
    throw new TransferError('network', 'the answer was lost');
  };
}

describe.each(shapes)('%s', (_, options) => {
  it.each<SignerMethod>(['capabilities', 'begin', 'sign', 'commit'])(
    'survives lost answers of %s',
    async (method) => {
      const b = bench(options);
      lose(b, method);
      const object = await b.send(bytes);
      expect(b.store.objects.bytes(object.key)).toEqual(bytes);
      expect(b.store.objects.keys()).toHaveLength(1);
    },
  );

  it('survives lost answers of resume', async () => {
    const b = bench(options, [], { limits: { concurrency: 1 } });
    const kind = options.shape === 'single' ? 'object' : options.shape === 'session' ? 'session' : 'part';
    await b.send(bytes, '/in.bin', { signal: stopAt(b, kind, 1) }).catch(() => undefined);
    b.store.faults.delay = undefined;
    lose(b, 'resume');
    const object = await b.send(bytes);
    expect(b.store.objects.bytes(object.key)).toEqual(bytes);
    expect(b.store.unfinished()).toBe(0);
  });

  it('tells the signer to look when the answer of an earlier commit was lost', async () => {
    const b = bench(options);
    lose(b, 'commit', 1);
    const answered: boolean[] = [];
    const signer: Signer = {
      ...b.signer,
      commit: (ticket, manifest, call) => {
        answered.push(manifest.answered);
        return b.signer.commit(ticket, manifest, call);
      },
    };
    await b.send(bytes, '/in.bin', { signer });
    expect(answered).toEqual([true, false]);
  });
});

/** A signer whose commits answer these first. */
function missing(
  signer: Signer,
  answers: readonly (readonly number[])[],
): Signer & { manifests: Manifest[] } {
  const left = [...answers];
  const manifests: Manifest[] = [];
  return {
    ...signer,
    manifests,
    commit: async (ticket, manifest, call) => {
      manifests.push(manifest);
      const parts = left.shift();
      return parts === undefined ? signer.commit(ticket, manifest, call) : { state: 'missing', parts };
    },
  };
}

describe('parts that the commit misses', () => {
  it('are sent again, and no others', async () => {
    const b = bench({}, [], { limits: { concurrency: 1 } });
    const signer = missing(b.signer, [[2, 4], [5]]);
    const requests = await requestsOf(b, () => b.send(bytes, '/in.bin', { signer }));
    expect(requests.map(({ part }) => part)).toEqual([1, 2, 3, 4, 5, 2, 4, 5]);
    expect(signer.manifests.map(({ parts }) => parts.length)).toEqual([5, 5, 5]);
    expect(new Set(signer.manifests.map(({ digests }) => digests.crc32)).size).toBe(1);
  });

  it('are sent again even if the store listed them when the upload was continued', async () => {
    const b = bench({}, [], { limits: { concurrency: 1 } });
    await b.send(bytes, '/in.bin', { signal: stopAt(b, 'part', 4) }).catch(() => undefined);
    b.store.faults.delay = undefined;
    const signer = missing(b.signer, [[1]]);
    const requests = await requestsOf(b, () => b.send(bytes, '/in.bin', { signer }));
    expect(requests.map(({ part }) => part)).toEqual([4, 5, 1]);
  });

  it('fail the transfer as incomplete when they are missing for the third time', async () => {
    const b = bench({});
    const signer = missing(b.signer, [[2], [2], [2]]);
    await expect(b.send(bytes, '/in.bin', { signer })).rejects.toMatchObject({ code: 'upload-incomplete' });
    expect(b.store.unfinished()).toBe(1);
    expect(await requestsOf(b, () => b.send(bytes))).toEqual([]);
  });

  it('make a session ask for its offset', async () => {
    const b = bench({ shape: 'session' });
    const signer = missing(b.signer, [[]]);
    const requests = await requestsOf(b, () => b.send(bytes, '/in.bin', { signer }));
    expect(requests.filter(({ size }) => size > 0)).toHaveLength(5);
    expect(requests.at(-1)).toMatchObject({ size: 0, range: 'bytes */80' });
  });
});
