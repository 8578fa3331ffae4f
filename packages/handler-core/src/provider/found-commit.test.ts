import { describe, expect, it } from 'vitest';
import type { Commit, Manifest } from '../signer/signer.ts';
import {
  commitFound,
  dropContradiction,
  dropOwn,
  type FinalPlace,
  findCommitted,
  type StagedObject,
} from './found-commit.ts';
import { abortParts, compareParts } from './listed-parts.ts';
import { objectMetadata } from './object-metadata.ts';
import { Serial } from './serial.ts';
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
  secure: false,
  staging: 'none',
  transferId: 'ours',
  begunAt: 0,
};
const object = (own: Partial<StagedObject> = {}): StagedObject => ({
  size: 3,
  contentType: 'text/plain',
  digests: { crc32: 'a' },
  metadata: objectMetadata(facts),
  ...own,
});
const manifest = (own: Partial<Manifest> = {}): Manifest => ({
  size: 3,
  parts: [{ number: 1, size: 3, digests: { crc32: 'a' } }],
  digests: {},
  answered: false,
  ...own,
});

/** A place with this object, and how often it was removed. */
function placeOf(found: StagedObject | null): { place: FinalPlace<StagedObject>; removed: StagedObject[] } {
  const removed: StagedObject[] = [];
  return {
    removed,
    place: {
      committed: async () => found,
      storedObject: async ({ size }) => ({
        key: facts.key,
        url: 'https://files.example/x',
        size,
        contentType: 'text/plain',
        version: null,
        integrity: { kind: 'none' },
        name: 'x',
      }),
      remove: async (one) => void removed.push(one),
    },
  };
}

describe('an object under the final key', () => {
  const decide = async (
    found: StagedObject,
    claim: Manifest,
    made = false,
  ): Promise<readonly [Commit['state'], number]> => {
    const { place, removed } = placeOf(found);
    const outcome = await commitFound(place, facts, claim, found, made);
    return [outcome.state, removed.length];
  };

  it('stays when only the manifest says otherwise: an earlier commit may have accepted it', async () => {
    expect(await decide(object(), manifest())).toEqual(['stored', 0]);
    expect(await decide(object(), manifest({ size: 4 }))).toEqual(['refused', 0]);
    const forged = [{ number: 1, size: 3, digests: { crc32: 'b' } }];
    expect(await decide(object(), manifest({ parts: forged }))).toEqual(['refused', 0]);
  });

  it('goes when it contradicts the ticket, or this commit made it', async () => {
    expect(await decide(object({ size: 4 }), manifest())).toEqual(['refused', 1]);
    expect(await decide(object({ contentType: 'text/html' }), manifest())).toEqual(['refused', 1]);
    expect(await decide(object({ digests: { crc32: 'b' } }), manifest(), true)).toEqual(['refused', 1]);
  });

  it("stays when it is another's, whatever it is", async () => {
    expect(await decide(object({ size: 4, metadata: {} }), manifest(), true)).toEqual(['refused', 0]);
    const { place, removed } = placeOf(object({ size: 4, metadata: {} }));
    expect(await findCommitted(place, facts, manifest())).toEqual({ state: 'gone' });
    await dropContradiction(place, facts);
    await dropOwn(place, facts);
    expect(removed).toEqual([]);
  });

  it('is removed with its upload by who trusts itself, and on a refusal only if it can not have been accepted', async () => {
    const good = placeOf(object());
    await dropContradiction(good.place, facts);
    expect(good.removed).toHaveLength(0);
    await dropOwn(good.place, facts);
    expect(good.removed).toHaveLength(1);
    const wrong = placeOf(object({ size: 4 }));
    await dropContradiction(wrong.place, facts);
    expect(wrong.removed).toHaveLength(1);
  });
});

describe('listed parts', () => {
  const part = (number: number, size: number) => ({ number, size, digests: {} });

  it('are good, missing or beyond the end', () => {
    const listed = new Map([part(1, 5), part(2, 4), part(3, 2), part(4, 5)].map((one) => [one.number, one]));
    const claim = manifest({ size: 12, parts: [part(1, 5), part(2, 5), part(3, 2)] });
    const { good, missing } = compareParts(listed, claim, 5, () => true);
    expect([good.map(({ number }) => number), missing]).toEqual([[1, 3], [2]]);
    expect(compareParts(listed, claim, 5, () => false).missing).toEqual([1, 2, 3]);
    expect(compareParts(listed, { ...claim, parts: [] }, 5, () => true).good).toEqual([]);
  });

  it('are aborted until none arrives any more, and not for ever', async () => {
    const lists = [new Map([[1, part(1, 5)]]), new Map<number, ReturnType<typeof part>>()];
    expect(
      await abortParts(
        async () => true,
        async () => lists.shift() ?? null,
      ),
    ).toBe(true);
    expect(
      await abortParts(
        async () => false,
        async () => null,
      ),
    ).toBe(false);
    const endless = new Map([[1, part(1, 5)]]);
    await expect(
      abortParts(
        async () => true,
        async () => endless,
      ),
    ).rejects.toMatchObject({
      code: 'server-error',
    });
  });
});

describe('work of one key', () => {
  it('runs one after the other, whatever becomes of the one before; other keys do not wait', async () => {
    const serial = new Serial();
    const seen: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = serial.run('a', async () => {
      await gate;
      seen.push('first');
      throw new Error('failed');
    });
    const second = serial.run('a', async () => void seen.push('second'));
    await serial.run('b', async () => void seen.push('other'));
    open();
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(seen).toEqual(['other', 'first', 'second']);
  });
});
