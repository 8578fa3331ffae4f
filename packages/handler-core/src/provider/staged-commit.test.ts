import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../signer/object.ts';
import type { Commit, CommitCall, Manifest, PendingObject, Verdict } from '../signer/signer.ts';
import type { StagedObject } from './found-commit.ts';
import { objectMetadata } from './object-metadata.ts';
import {
  assertUndecided,
  commitStaged,
  refusalIn,
  refusalMetadata,
  type StagedStore,
} from './staged-commit.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

const facts: CommonTicketFacts = {
  bucket: 'files',
  key: 'mesibo/1/x',
  size: 3,
  maxSize: 3,
  contentType: 'text/plain',
  name: 'x',
  uid: 7,
  mid: '9',
  source: 1,
  secure: true,
  staging: 'readable',
  transferId: 'ours',
  begunAt: 0,
};

interface Bytes extends StagedObject {
  readonly crc32: string;
}

const bytes = (crc32: string, metadata: StagedObject['metadata'] = objectMetadata(facts)): Bytes => ({
  crc32,
  size: 3,
  contentType: 'text/plain',
  digests: { crc32 },
  metadata,
});

const manifest = (crc32: string, size = 3): Manifest => ({
  size,
  parts: [{ number: 1, size: 3, digests: { crc32 } }],
  digests: {},
  answered: true,
});

const stored = ({ crc32, size }: Bytes): StoredObject => ({
  key: facts.key,
  url: 'https://files.example/x',
  size,
  contentType: 'text/plain',
  version: crc32,
  integrity: { kind: 'whole', digests: { crc32 } },
  name: 'x',
});

/** A store of one place. `turn` is awaited before each of its steps, so that a test can put others between. */
class Place {
  waiting: Bytes | null = null;
  final: Bytes | null = null;
  /** What the copy answers instead of copying, in this order. */
  readonly answers: ('changed' | 'busy')[] = [];
  readonly asked: string[] = [];
  /** Whether removing what waits fails. */
  keepsStrays = false;

  store(turn: (step: string) => Promise<void> = async () => undefined): StagedStore<Bytes> {
    const step = async <Value>(name: string, run: () => Value): Promise<Value> => {
      await turn(name);
      this.asked.push(name);
      return run();
    };
    return {
      landed: () =>
        step('landed', () =>
          this.waiting === null
            ? { state: 'absent', answer: { state: 'missing', parts: [1] } }
            : { state: 'found', found: this.waiting },
        ),
      committed: () => step('committed', () => this.final),
      storedObject: async (found) => stored(found),
      read: () => Promise.reject(new Error('nobody reads here')),
      // A copy takes time: what waits may change after it began.
      promote: async (found) => {
        const answer = await step('copy', () => {
          return this.answers.shift() ?? (this.waiting === found ? null : 'changed');
        });
        if (answer !== null) return answer;
        return step('promote', () => {
          if (this.final !== null) return 'exists';
          this.final = found;
          return stored(found);
        });
      },
      drop: () =>
        step('drop', () => {
          if (this.keepsStrays) throw new Error('the store is busy');
          this.waiting = null;
        }),
      mark: (metadata) =>
        step('mark', () => {
          this.waiting = { ...bytes('', metadata), size: 0 };
        }),
    };
  }
}

const call: CommitCall = { signal: new AbortController().signal };
const asked = (verdict: Verdict, seen: PendingObject[] = []): CommitCall => ({
  ...call,
  inspect: async (pending) => {
    seen.push(pending);
    return verdict;
  },
});

describe('a staged commit', () => {
  it('promotes what waits, and says the same when it is repeated', async () => {
    const place = new Place();
    place.waiting = bytes('a');
    const first = await commitStaged(place.store(), facts, manifest('a'), call);
    expect(first).toMatchObject({ state: 'stored', object: { version: 'a' } });
    expect(place.asked).toEqual(['landed', 'copy', 'promote', 'drop']);
    expect(place.waiting).toBeNull();
    expect(await commitStaged(place.store(), facts, manifest('a'), call)).toEqual(first);
  });

  it('misses what was not sent', async () => {
    const outcome = await commitStaged(new Place().store(), facts, manifest('a'), call);
    expect(outcome).toEqual({ state: 'missing', parts: [1] });
  });

  it('refuses a manifest of another size before it looks, and leaves a mark', async () => {
    const place = new Place();
    place.waiting = bytes('a');
    const outcome = await commitStaged(place.store(), facts, manifest('a', 4), call);
    expect(outcome).toMatchObject({ state: 'refused', code: 'size-mismatch' });
    expect(place.asked).not.toContain('landed');
    expect(await commitStaged(place.store(), facts, manifest('a'), call)).toEqual(outcome);
    expect(place.final).toBeNull();
  });

  it('never lets a later claim touch what was committed', async () => {
    const place = new Place();
    place.waiting = bytes('a');
    const first = await commitStaged(place.store(), facts, manifest('a'), call);
    for (const lie of [manifest('b'), manifest('a', 4)]) {
      place.waiting = bytes('b');
      const outcome = await commitStaged(place.store(), facts, lie, call);
      expect(outcome.state).toBe('refused');
      expect(place.final?.crc32).toBe('a');
      expect(place.waiting).toBeNull();
    }
    expect(await commitStaged(place.store(), facts, manifest('a'), call)).toEqual(first);
  });

  it("leaves another's object, and does not take it for its own", async () => {
    const place = new Place();
    place.waiting = bytes('a');
    place.final = bytes('z', {});
    const outcome = await commitStaged(place.store(), facts, manifest('a'), call);
    expect(outcome).toMatchObject({ state: 'refused', code: 'object-exists' });
    expect(place.final.crc32).toBe('z');
  });

  it('asks the owner with what the ticket says, once, and never of what is committed', async () => {
    const place = new Place();
    place.waiting = bytes('a');
    const seen: PendingObject[] = [];
    await commitStaged(place.store(), facts, manifest('a'), asked({ verdict: 'keep' }, seen));
    expect(seen).toMatchObject([{ name: 'x', sender: { uid: 7, mid: '9', source: 1, secure: true } }]);
    place.waiting = bytes('a');
    const remove = asked({ verdict: 'remove', reason: 'late' }, seen);
    expect((await commitStaged(place.store(), facts, manifest('a'), remove)).state).toBe('stored');
    expect(seen).toHaveLength(1);
  });

  it('keeps a reason in any script with a refusal', async () => {
    const place = new Place();
    place.waiting = bytes('a');
    const remove = asked({ verdict: 'remove', reason: 'вирус 🦠' });
    const outcome = await commitStaged(place.store(), facts, manifest('a'), remove);
    expect(outcome).toEqual({ state: 'refused', code: 'forbidden', reason: 'вирус 🦠' });
    expect(await commitStaged(place.store(), facts, manifest('a'), asked({ verdict: 'keep' }))).toEqual(
      outcome,
    );
  });

  it('waits where the owner or a copy needs time', async () => {
    const place = new Place();
    place.waiting = bytes('a');
    const later = asked({ verdict: 'later', retryAfter: 77 });
    expect(await commitStaged(place.store(), facts, manifest('a'), later)).toEqual({
      state: 'pending',
      retryAfter: 77,
    });
    place.answers.push('busy');
    expect((await commitStaged(place.store(), facts, manifest('a'), call)).state).toBe('pending');
    expect((await commitStaged(place.store(), facts, manifest('a'), call)).state).toBe('stored');
  });

  it('looks again when what waits changed, and not for ever', async () => {
    const place = new Place();
    place.waiting = bytes('a');
    place.answers.push('changed');
    expect((await commitStaged(place.store(), facts, manifest('a'), call)).state).toBe('stored');
    const restless = new Place();
    restless.waiting = bytes('a');
    restless.answers.push('changed', 'changed', 'changed', 'changed');
    await expect(commitStaged(restless.store(), facts, manifest('a'), call)).rejects.toMatchObject({
      code: 'server-error',
      retryable: true,
    });
  });

  it('looks at the final key first where a copy would not mind what is there', async () => {
    const place = new Place();
    place.waiting = bytes('b');
    place.final = bytes('a');
    const store = { ...place.store(), conditional: false };
    const outcome = await commitStaged(store, facts, manifest('b'), call);
    expect(outcome.state).toBe('refused');
    expect(place.asked).not.toContain('copy');
  });

  it('is decided for good: nothing is signed afterwards', async () => {
    const mark = {
      ...bytes(''),
      metadata: refusalMetadata({ state: 'refused', code: 'forbidden', reason: 'no' }),
    };
    expect(refusalIn(mark.metadata)).toEqual({ state: 'refused', code: 'forbidden', reason: 'no' });
    const check = (waiting: Bytes | null, final: Bytes | null): Promise<void> =>
      assertUndecided(waiting, async () => final, facts);
    await expect(check(mark, null)).rejects.toMatchObject({ code: 'upload-ended' });
    await expect(check(null, bytes('a'))).rejects.toMatchObject({ code: 'upload-ended' });
    await expect(check(bytes('a'), null)).resolves.toBeUndefined();
    await expect(check(null, bytes('z', {}))).resolves.toBeUndefined();
  });
});

/** Runs several commits whose steps alternate as the numbers say, with what a client does between. */
async function interleave(
  place: Place,
  commits: readonly { manifest: Manifest; verdict: Verdict['verdict'] | null }[],
  order: readonly number[],
  between: readonly (string | null)[],
): Promise<readonly (Commit | null)[]> {
  const waiting: { wake: () => void }[] = [];
  const running = commits.map((each, index) => {
    const turn = (): Promise<void> =>
      new Promise((wake) => {
        waiting[index] = { wake };
      });
    const verdicts: Record<Verdict['verdict'], Verdict> = {
      keep: { verdict: 'keep' },
      remove: { verdict: 'remove', reason: 'no' },
      later: { verdict: 'later', retryAfter: 1 },
    };
    const own = each.verdict === null ? call : asked(verdicts[each.verdict]);
    return commitStaged(place.store(turn), facts, each.manifest, own).catch(() => null);
  });
  let left = commits.length;
  for (const each of running) void each.then(() => (left -= 1));
  for (let step = 0; left > 0 && step < 300; step++) {
    const sent = between[step];
    // A client's PUT is conditional: nothing may be there.
    if (sent !== undefined && sent !== null) place.waiting ??= bytes(sent);
    const ready = waiting.flatMap((one, index) => (one === undefined ? [] : [index]));
    const next = ready[(order[step] ?? step) % Math.max(1, ready.length)];
    if (next !== undefined) {
      const one = waiting[next];
      delete waiting[next];
      one?.wake();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return Promise.all(running);
}

describe('commits of one upload, in any order', () => {
  const crc = fc.constantFrom('a', 'b');
  const one = fc.record({
    manifest: fc.tuple(crc, fc.constantFrom(3, 3, 3, 4)).map(([crc32, size]) => manifest(crc32, size)),
    verdict: fc.constantFrom(null, 'keep' as const, 'remove' as const, 'later' as const),
  });

  it('never store two things, and never lose what was stored', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(crc),
        fc.array(fc.array(one, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(5), { maxLength: 40 }),
        fc.array(fc.option(crc, { freq: 2 }), { maxLength: 40 }),
        fc.array(fc.constantFrom('changed' as const, 'busy' as const), { maxLength: 2 }),
        fc.boolean(),
        async (first, rounds, order, between, answers, keepsStrays) => {
          const place = new Place();
          place.keepsStrays = keepsStrays;
          place.waiting = first === null ? null : bytes(first);
          place.answers.push(...answers);
          const versions = new Set<string | null>();
          for (const commits of rounds) {
            const before = place.final;
            for (const outcome of await interleave(place, commits, order, between)) {
              if (outcome?.state === 'stored') versions.add(outcome.object.version);
            }
            if (before !== null) expect(place.final).toBe(before);
          }
          expect(versions.size).toBeLessThanOrEqual(1);
          const [version] = versions;
          if (version === undefined || version === null) return;
          expect(place.final?.crc32).toBe(version);
          // Gives the same answer to the same question, whatever marks and strays were left.
          place.answers.length = 0;
          const again = await commitStaged(place.store(), facts, manifest(version), call);
          expect(again).toMatchObject({ state: 'stored', object: { version } });
        },
      ),
      { numRuns: 300 },
    );
  });
});
