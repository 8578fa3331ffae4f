import { beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, call, crcOf, factsOf, manifestOf, meaningOf, partsOf, send } from '../../test/by-hand.ts';
import { nodeHash } from '../node/hash.ts';
import type { PartsPlan, Plan } from '../signer/plan.ts';
import type { Signer, Unfinished } from '../signer/signer.ts';
import type { MemorySignerOptions } from './context.ts';
import { type ManualClock, manualClock } from './manual-ports.ts';
import { type MemoryStore, memoryStore } from './store.ts';

const SIZE = 100;
const bytes = bytesOf(SIZE);
let clock: ManualClock;
let store: MemoryStore;

beforeEach(() => {
  clock = manualClock();
  store = memoryStore({ clock, hash: nodeHash() });
});

const signerOf = (options: MemorySignerOptions = {}): Signer =>
  store.signer({ shape: 'parts', partSize: 16, ...options });

function asParts(plan: Plan | null): PartsPlan {
  if (plan?.shape !== 'parts') throw new Error('no plan in parts');
  return plan;
}

async function sendParts(
  signer: Signer,
  ticket: string,
  numbers: readonly number[],
  of = bytes,
): Promise<string[]> {
  const wanted = partsOf(of, 16).filter((part) => numbers.includes(part.number));
  const signed = await signer.sign(ticket, wanted, call);
  const answers = signed.map(async ({ number, request }) => {
    const answer = await send(store.http, request, of.subarray((number - 1) * 16, number * 16));
    return meaningOf(answer, asParts((await signer.resume(ticket, call)).plan).answers);
  });
  return Promise.all(answers);
}

const ALL = [1, 2, 3, 4, 5, 6, 7];

describe('an upload in parts', () => {
  it('takes parts in any order, and puts them together', async () => {
    const signer = signerOf({ prefix: 'a/b' });
    const plan = asParts(await signer.begin(factsOf(SIZE), call));
    expect(plan).toMatchObject({ size: SIZE, partSize: 16, signed: [], keptFor: 24 * 3600 * 1000 });
    expect(plan.integrity).toEqual({ parts: ['crc32'], whole: ['crc32'], proof: 'store' });
    expect(await sendParts(signer, plan.ticket, [7, 3, 1])).toEqual(['done', 'done', 'done']);
    await sendParts(signer, plan.ticket, [2, 4, 5, 6]);
    expect(store.unfinished()).toBe(1);
    const commit = await signer.commit(plan.ticket, manifestOf(bytes, 16), call);
    if (commit.state !== 'stored') throw new Error(commit.state);
    const { object } = commit;
    expect(store.objects.bytes(object.key)).toEqual(bytes);
    expect(object).toMatchObject({ size: SIZE, name: 'naïve 写.txt', contentType: 'text/plain' });
    expect(object.integrity).toEqual({ kind: 'whole', digests: crcOf(bytes) });
    expect(object.url).toBe(`https://memory.invalid/bucket/${object.key}`);
    expect(store.objects.inspect(object.key)?.meta).toMatchObject({
      mesibouid: '7',
      mesibomid: String(2n ** 63n),
    });
    expect(store.unfinished()).toBe(0);
    expect(await signer.commit(plan.ticket, manifestOf(bytes, 16), call)).toEqual(commit);
    expect((await signer.resume(plan.ticket, call)).stored).toEqual({ state: 'committed', object });
  });

  it.each([0, 1, 16, 17, 32])('takes %i bytes', async (size) => {
    const some = bytesOf(size);
    const signer = signerOf();
    const { ticket } = await signer.begin(factsOf(size), call);
    await sendParts(signer, ticket, [1, 2], some);
    const commit = await signer.commit(ticket, manifestOf(some, 16), call);
    expect(commit.state).toBe('stored');
    expect(store.objects.bytes(store.objects.keys()[0] ?? '')).toEqual(some);
  });

  it('is continued by another signer, from what the store lists', async () => {
    const { ticket } = await signerOf().begin(factsOf(SIZE), call);
    expect((await signerOf().resume(ticket, call)).stored).toEqual({ state: 'parts', parts: [] });
    await sendParts(signerOf(), ticket, [2, 5]);
    const { plan, stored } = await signerOf().resume(ticket, call);
    expect(asParts(plan).partSize).toBe(16);
    expect(stored).toEqual({ state: 'parts', parts: [partsOf(bytes, 16)[1], partsOf(bytes, 16)[4]] });
    const missing = await signerOf().commit(ticket, manifestOf(bytes, 16), call);
    expect(missing).toEqual({ state: 'missing', parts: [1, 3, 4, 6, 7] });
    await sendParts(signerOf(), ticket, [1, 3, 4, 6, 7]);
    expect((await signerOf().commit(ticket, manifestOf(bytes, 16), call)).state).toBe('stored');
  });

  it('takes a stream of unknown length', async () => {
    const signer = signerOf({ maxParts: 10 });
    const plan = asParts(await signer.begin(factsOf(null, { maxSize: 1000 }), call));
    expect(plan).toMatchObject({ size: null, partSize: 100, maxParts: 10 });
    const parts = partsOf(bytesOf(150), 100);
    for (const { request, number } of await signer.sign(plan.ticket, parts, call)) {
      await send(store.http, request, bytesOf(150).subarray((number - 1) * 100, number * 100));
    }
    expect((await signer.commit(plan.ticket, manifestOf(bytesOf(150), 100), call)).state).toBe('stored');
  });

  it('leaves nothing when it is discarded, at any stage', async () => {
    const signer = signerOf();
    for (const numbers of [[], [1], ALL]) {
      const { ticket } = await signer.begin(factsOf(SIZE), call);
      await sendParts(signer, ticket, numbers);
      const [late] = await signer.sign(ticket, partsOf(bytes, 16).slice(0, 1), call);
      await signer.discard(ticket, call);
      await signer.discard(ticket, call);
      expect(store.unfinished()).toBe(0);
      expect((await signer.resume(ticket, call)).stored).toEqual({ state: 'gone' });
      expect((await signer.commit(ticket, manifestOf(bytes, 16), call)).state).toBe('gone');
      if (late === undefined) throw new Error('unsigned');
      const answer = await send(store.http, late.request, bytes.subarray(0, 16));
      expect(answer.status).toBe(404);
      expect(await answer.text(1000)).toContain('<Code>NoSuchUpload</Code>');
    }
    expect(store.objects.keys()).toEqual([]);
  });

  it('is not changed after its commit by a URL signed earlier, and discard spares it', async () => {
    const signer = signerOf();
    const { ticket, answers } = await signer.begin(factsOf(SIZE), call);
    const signed = await signer.sign(ticket, partsOf(bytes, 16), call);
    await sendParts(signer, ticket, ALL);
    await signer.commit(ticket, manifestOf(bytes, 16), call);
    const first = signed[0];
    if (first === undefined) throw new Error('unsigned');
    const late = await send(store.http, first.request, bytes.subarray(0, 16));
    expect(await meaningOf(late, answers)).toBe('gone upload-gone');
    await signer.discard(ticket, call);
    expect(store.objects.keys()).toHaveLength(1);
  });

  it('is forgotten after keptFor, and listed before', async () => {
    const signer = signerOf({ keptFor: 1000 });
    const { ticket } = await signer.begin(factsOf(SIZE), call);
    const list = async (olderThan: number) => {
      const found: Unfinished[] = [];
      for await (const one of signer.unfinished(olderThan, call)) found.push(one);
      return found;
    };
    await clock.advance(500);
    expect(await list(500)).toEqual([]);
    expect(await list(499)).toEqual([{ ticket, begunAt: clock.now() - 500 }]);
    expect((await signer.resume(ticket, call)).plan?.keptFor).toBe(500);
    await clock.advance(500);
    expect(await list(0)).toEqual([]);
    expect((await signer.resume(ticket, call)).stored).toEqual({ state: 'gone' });
  });
});

describe('what a commit in parts refuses', () => {
  it.each([
    ['another size', { size: SIZE - 1 }, 'size-mismatch'],
    ['another geometry', { parts: partsOf(bytes, 20) }, 'size-mismatch'],
    ['another digest of the whole', { digests: crcOf(bytesOf(3)) }, 'digest-mismatch'],
  ])('%s', async (_, wrong, code) => {
    const signer = signerOf();
    const { ticket } = await signer.begin(factsOf(SIZE), call);
    await sendParts(signer, ticket, ALL);
    const commit = await signer.commit(ticket, manifestOf(bytes, 16, wrong), call);
    expect(commit).toMatchObject({ state: 'refused', code });
    expect(store.objects.keys()).toEqual([]);
    expect(store.unfinished()).toBe(0);
  });

  it('names parts whose bytes are others, when the store only lists digests', async () => {
    const signer = signerOf({ proof: 'parts' });
    const { ticket } = await signer.begin(factsOf(SIZE), call);
    const turned = bytes.slice();
    turned[40] = 0;
    await sendParts(signer, ticket, ALL, turned);
    expect(await signer.commit(ticket, manifestOf(bytes, 16), call)).toEqual({
      state: 'missing',
      parts: [3],
    });
  });

  it('parts of another size, when nothing but sizes can be compared', async () => {
    const signer = signerOf({ proof: 'length' });
    const { ticket } = await signer.begin(factsOf(null), call);
    const [signed] = await signer.sign(ticket, [{ number: 1, size: 10, digests: {} }], call);
    if (signed === undefined) throw new Error('unsigned');
    await send(store.http, signed.request, bytes.subarray(0, 10));
    const manifest = { ...manifestOf(bytes.subarray(0, 16), 16), digests: {} };
    expect(await signer.commit(ticket, manifest, call)).toEqual({ state: 'missing', parts: [1] });
  });

  it('an object that is there already', async () => {
    const signer = signerOf();
    const { ticket } = await signer.begin(factsOf(SIZE), call);
    await sendParts(signer, ticket, ALL);
    const key = store.requests[0]?.key ?? '';
    store.objects.put(key, bytesOf(3));
    const commit = await signer.commit(ticket, manifestOf(bytes, 16), call);
    expect(commit).toMatchObject({ state: 'refused', code: 'object-exists' });
    expect(store.objects.bytes(key)).toEqual(bytesOf(3));
  });
});

describe('what signing in parts refuses', () => {
  it.each([
    ['a part beyond the end', [{ number: 8, size: 16, digests: crcOf(bytes) }]],
    ['part 0', [{ number: 0, size: 16, digests: crcOf(bytes) }]],
    ['a part of another size', [{ number: 1, size: 15, digests: crcOf(bytes) }]],
    ['a part of no size', [{ number: 1, size: null, digests: crcOf(bytes) }]],
    ['a part without its digest', [{ number: 1, size: 16, digests: {} }]],
    ['more than a batch', Array.from({ length: 6 }, () => ({ number: 1, size: 16, digests: crcOf(bytes) }))],
  ])('%s', async (_, wanted) => {
    const signer = signerOf({ signBatch: 5 });
    const { ticket } = await signer.begin(factsOf(SIZE), call);
    await expect(signer.sign(ticket, wanted, call)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('a ticket that was tampered with', async () => {
    const signer = signerOf();
    const { ticket } = await signer.begin(factsOf(SIZE), call);
    for (const bad of [`A${ticket}`, ticket.slice(0, -1), '', 'a.b', `${ticket.split('.')[0]}.`]) {
      await expect(signer.resume(bad, call)).rejects.toMatchObject({ code: 'invalid-argument' });
    }
    await expect(memoryStore().signer().resume(ticket, call)).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

it('an md5 of parts is kept as pieces', async () => {
  const signer = signerOf({ digest: 'md5' });
  const plan = await signer.begin(factsOf(20), call);
  expect(plan.integrity).toEqual({ parts: ['md5'], whole: [], proof: 'store' });
  const md5 = (some: Uint8Array) => {
    const hasher = nodeHash().create('md5');
    hasher?.update(some);
    return Buffer.from(hasher?.digest() ?? []);
  };
  const pieces = [bytes.subarray(0, 16), bytes.subarray(16, 20)];
  const parts = pieces.map((piece, index) => ({
    number: index + 1,
    size: piece.length,
    digests: { md5: md5(piece).toString('base64') },
  }));
  for (const { request, number } of await signer.sign(plan.ticket, parts, call)) {
    await send(store.http, request, pieces[number - 1] ?? bytes);
  }
  const commit = await signer.commit(plan.ticket, { size: 20, parts, digests: {}, answered: true }, call);
  const combined = md5(Buffer.concat(pieces.map(md5))).toString('base64');
  expect(commit).toMatchObject({
    object: { integrity: { kind: 'pieces', algorithm: 'md5', pieceSize: 16, combined } },
  });
});
