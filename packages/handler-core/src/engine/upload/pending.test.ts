import { describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf } from '../../../test/bench.ts';
import { passing } from '../../../test/context.ts';
import type { StoredObject } from '../../index.ts';
import type { Signer, Verdict } from '../../signer/signer.ts';
import { type ManualClock, type MemorySignerOptions, manualClock } from '../../testing/index.ts';

const bytes = bytesOf(16 * 5);
const shapes: readonly (readonly [string, MemorySignerOptions])[] = [
  ['single', { shape: 'single' }],
  ['parts', {}],
  ['session', { shape: 'session' }],
];

interface Quarantine extends Signer {
  /** When each commit was asked for, in milliseconds. */
  readonly commits: number[];
  /** What the store was told of answers that the client saw. */
  readonly answered: boolean[];
  /** What the owner says next; the last stands for all that follow. */
  verdicts: Verdict[];
}

/** A bench whose clock moves only as a test wants. */
interface Still extends Bench {
  readonly clock: ManualClock;
  /** Sends the file, and lets time pass until that is over. */
  through(signer: Signer): Promise<StoredObject>;
}

function still(options: MemorySignerOptions, limits: { readonly pendingFor?: number } = {}): Still {
  const clock = manualClock();
  const b = bench(options, [], { limits, ports: { clock } }, { clock });
  return { ...b, clock, through: (signer) => passing(clock, b.send(bytes, '/in.bin', { signer })) };
}

/** A server's view of a store: whatever is sent waits for its owner. */
function quarantine({ signer, clock }: Still, ...verdicts: Verdict[]): Quarantine {
  const own: Quarantine = {
    ...signer,
    commits: [],
    answered: [],
    verdicts,
    begin: (facts, call) => signer.begin(facts, { ...call, staging: 'readable' }),
    commit: (ticket, manifest, call) => {
      own.commits.push(clock.monotonic());
      own.answered.push(manifest.answered);
      const inspect = async (): Promise<Verdict> => {
        const [next] = own.verdicts.length > 1 ? own.verdicts.splice(0, 1) : own.verdicts;
        return next ?? { verdict: 'keep' };
      };
      return signer.commit(ticket, manifest, { ...call, inspect });
    },
  };
  return own;
}

const keep: Verdict = { verdict: 'keep' };
const later = (retryAfter: number): Verdict => ({ verdict: 'later', retryAfter });

/** Requests that carried bytes to the store. */
const sent = ({ store }: Bench): number =>
  store.requests.filter(({ kind, size }) => kind !== 'read' && size > 0).length;

describe.each(shapes)('a commit that is pending, %s', (_, options) => {
  it('is asked again until it is decided, and sends nothing again', async () => {
    const b = still(options);
    const signer = quarantine(b, later(2_000), later(2_000), keep);
    let before = 0;
    b.store.faults.afterSigner = (method) => {
      if (method === 'commit' && before === 0) before = sent(b);
    };
    const object = await b.through(signer);
    expect(b.store.objects.bytes(object.key)).toEqual(bytes);
    expect([signer.commits.length, sent(b)]).toEqual([3, before]);
    // The store is to look, and not to believe, once time has passed.
    expect(signer.answered).toEqual([true, false, false]);
  });

  it('is not asked sooner than it says, and no server can make a client ask without a pause', async () => {
    for (const [retryAfter, least] of [
      [20_000, 20_000],
      [0, 500],
    ] as const) {
      const b = still(options);
      const signer = quarantine(b, later(retryAfter), keep);
      await b.through(signer);
      const [first = 0, second = 0] = signer.commits;
      expect(second - first).toBeGreaterThanOrEqual(least);
    }
  });

  it('fails as commit-pending when it takes too long, and the next start asks again, with nothing sent twice', async () => {
    const b = still(options, { pendingFor: 5_000 });
    const signer = quarantine(b, later(2_000));
    const failed = b.through(signer);
    await expect(failed).rejects.toMatchObject({ code: 'commit-pending', retryable: true });
    expect(b.store.objects.keys().filter((key) => !key.startsWith('pending/'))).toEqual([]);
    const before = sent(b);
    signer.verdicts = [keep];
    const object = await b.through(signer);
    expect(b.store.objects.bytes(object.key)).toEqual(bytes);
    expect(sent(b)).toBe(before);
  });

  it('ends with the reason when the owner removes the file', async () => {
    const b = still(options);
    const signer = quarantine(b, later(600), { verdict: 'remove', reason: 'A virus.' });
    await expect(b.through(signer)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('A virus.'),
    });
    expect(b.store.objects.keys()).toEqual([]);
  });

  it('is left at once by a stop', async () => {
    const b = still(options);
    const signer = quarantine(b, later(30_000));
    const stop = new AbortController();
    const stopped = b.send(bytes, '/in.bin', { signer, signal: stop.signal });
    await b.clock.advance(1_000);
    expect(signer.commits).toHaveLength(1);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'stopped' });
    await b.clock.advance(60_000);
    expect(signer.commits).toHaveLength(1);
  });
});
