import { beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, call, crcOf, factsOf, manifestOf, meaningOf, send } from '../../test/by-hand.ts';
import { offsetOf, writeHeaders } from '../engine/upload/session-headers.ts';
import type { HttpAnswer, HttpPort } from '../ports/ports.ts';
import type { SessionPlan } from '../signer/plan.ts';
import type { SignedRequest } from '../signer/request.ts';
import type { Signer } from '../signer/signer.ts';
import type { DialectName, MemorySignerOptions } from './context.ts';
import { faultyHttp } from './faulty-http.ts';
import { type ManualClock, manualClock } from './manual-ports.ts';
import { type MemoryStore, memoryStore } from './store.ts';

const bytes = bytesOf(50);
let clock: ManualClock;
let store: MemoryStore;

beforeEach(() => {
  clock = manualClock();
  store = memoryStore({ clock });
});

/** A session carried out by hand, in its dialect. */
interface Session {
  readonly plan: SessionPlan;
  readonly signer: Signer;
  /** Sends a chunk; `last`: with the digest of the file, given or true. Answers what it means and the offset. */
  chunk(first: number, end: number, more?: { last?: Uint8Array; http?: HttpPort }): Promise<string>;
  ask(): Promise<string>;
}

describe.each<DialectName>(['content-range', 'upload-offset'])('a session that speaks %s', (dialect) => {
  async function open(size: number | null = 50, options: MemorySignerOptions = {}): Promise<Session> {
    const signer = store.signer({ shape: 'session', partSize: 16, chunkMultiple: 4, dialect, ...options });
    const plan = await signer.begin(factsOf(size), call);
    const request = plan.signed[0]?.request;
    if (plan.shape !== 'session' || request === undefined) throw new Error('no session');
    const said = async (answer: HttpAnswer): Promise<string> => {
      const means = await meaningOf(answer, plan.answers);
      return means === 'more' ? `more ${offsetOf(plan, answer.headers)}` : means;
    };
    return {
      plan,
      signer,
      async chunk(first, end, { last, http = store.http } = {}) {
        const { chunk, finish, last: lastHeaders } = plan.dialect;
        const place = { first, size: end - first, total: last === undefined ? size : end };
        const own = end > first ? chunk : finish;
        const digests = crcOf(last ?? bytes);
        const headers = writeHeaders(last === undefined ? own : [...own, ...lastHeaders], place, digests);
        return said(await send(http, request, bytes.subarray(first, end), headers));
      },
      async ask() {
        const { method, headers } = plan.dialect.ask;
        const place = { first: 0, size: 0, total: size };
        const asking = { ...request, method } as SignedRequest;
        return said(await send(store.http, asking, undefined, writeHeaders(headers, place)));
      },
    };
  }

  it('takes chunks in order, and can be asked', async () => {
    const { plan, signer, chunk, ask } = await open();
    expect(plan).toMatchObject({ size: 50, chunkSize: 16, maxSize: 50 });
    expect(await ask()).toBe('more 0');
    expect(await chunk(0, 16)).toBe('more 16');
    expect(await ask()).toBe('more 16');
    expect((await signer.commit(plan.ticket, manifestOf(bytes, 50, { parts: [] }), call)).state).toBe(
      'missing',
    );
    expect(await chunk(16, 48)).toBe('more 48');
    expect((await signer.resume(plan.ticket, call)).stored).toEqual({
      state: 'offset',
      offset: dialect === 'upload-offset' ? 48 : null,
    });
    expect(await chunk(48, 50, { last: bytes })).toBe('done');
    expect(await ask()).toBe('done');
    expect((await signer.resume(plan.ticket, call)).stored).toEqual({ state: 'offset', offset: null });
    expect(store.unfinished()).toBe(1);
    const commit = await signer.commit(plan.ticket, manifestOf(bytes, 50, { parts: [] }), call);
    expect(commit).toMatchObject({ state: 'stored', object: { integrity: { digests: crcOf(bytes) } } });
    expect(await signer.commit(plan.ticket, manifestOf(bytes, 50, { parts: [] }), call)).toEqual(commit);
    expect((await signer.resume(plan.ticket, call)).stored.state).toBe('committed');
    expect(store.unfinished()).toBe(0);
    expect(await ask()).toBe('gone upload-gone');
    expect(store.objects.bytes(store.objects.keys()[0] ?? '')).toEqual(bytes);
  });

  it.each([0, 16, 50])('takes a stream whose length of %i is known at its end', async (length) => {
    const { plan, signer, chunk } = await open(null);
    const some = bytes.subarray(0, length);
    const whole = length - (length % 16);
    for (let at = 0; at < whole; at += 16) expect(await chunk(at, at + 16)).toBe(`more ${at + 16}`);
    expect(await chunk(whole, length, { last: some })).toBe('done');
    const commit = await signer.commit(plan.ticket, manifestOf(some, 50, { parts: [] }), call);
    expect(commit).toMatchObject({ state: 'stored', object: { size: length } });
  });

  it('takes an empty file', async () => {
    const { chunk } = await open(0);
    expect(await chunk(0, 0, { last: new Uint8Array() })).toBe('done');
  });

  it('keeps whole multiples of a chunk that breaks off', async () => {
    const { chunk, ask } = await open();
    const http = faultyHttp(store.http, clock, [{ do: 'cut-request', after: 11 }]);
    await expect(chunk(0, 16, { http })).rejects.toMatchObject({ code: 'network' });
    expect(await ask()).toBe('more 8');
    expect(await chunk(8, 16)).toBe('more 16');
  });

  it('may keep less than it was sent', async () => {
    const { chunk, ask } = await open();
    store.faults.storeOnly = () => 4;
    expect(await chunk(0, 16)).toBe('more 4');
    store.faults.storeOnly = undefined;
    expect(await ask()).toBe('more 4');
  });

  it('refuses gaps, chunks that are no multiple, and what is too long', async () => {
    const { chunk, ask } = await open();
    await chunk(0, 16);
    const gap = await chunk(32, 48);
    expect(gap).toBe(dialect === 'upload-offset' ? 'more 16' : 'refused store-refused');
    expect(await chunk(16, 30)).toBe('refused store-refused');
    expect(await ask()).toBe('more 16');
    const stream = await open(null, { maxSize: 20 });
    expect(await stream.chunk(0, 24)).toBe('refused file-too-large');
  });

  it('loses the session to a wrong digest of the whole', async () => {
    const { chunk, ask } = await open();
    await chunk(0, 48);
    expect(await chunk(48, 50, { last: bytesOf(3) })).toBe('corrupt digest-mismatch');
    expect(await ask()).toBe('gone upload-gone');
    expect(store.objects.keys()).toEqual([]);
  });

  it('has its digest compared at the commit, when the store compares none', async () => {
    const { plan, signer, chunk } = await open(50, { proof: 'parts' });
    expect(plan.dialect.lastDigests).toEqual([]);
    await chunk(0, 48);
    await chunk(48, 50, { last: bytes });
    const manifest = manifestOf(bytesOf(3), 50, { parts: [], size: 50 });
    expect(await signer.commit(plan.ticket, manifest, call)).toMatchObject({ code: 'digest-mismatch' });
    expect(store.objects.keys()).toEqual([]);
    expect(store.unfinished()).toBe(0);
  });

  it('leaves nothing when it is discarded, at any stage', async () => {
    for (const end of [0, 48, 50]) {
      const { plan, signer, chunk, ask } = await open();
      if (end > 0) await chunk(0, 48);
      if (end > 48) await chunk(48, 50, { last: bytes });
      await signer.discard(plan.ticket, call);
      await signer.discard(plan.ticket, call);
      expect(store.unfinished()).toBe(0);
      expect(store.objects.keys()).toEqual([]);
      expect(await ask()).toBe('gone upload-gone');
      expect((await signer.resume(plan.ticket, call)).stored).toEqual({ state: 'gone' });
    }
  });

  it('refuses another session, expires, and counts to the quota', async () => {
    const { plan, chunk } = await open();
    const request = plan.signed[0]?.request;
    if (request === undefined) throw new Error('unsigned');
    const wrong = { ...request, url: request.url.replace(/session=\w+/, 'session=00') };
    expect(await meaningOf(await send(store.http, wrong), plan.answers)).toBe('refused credentials-wrong');
    await clock.advance(16 * 60 * 1000);
    expect(await chunk(0, 16)).toBe('expired request-expired');
    store = memoryStore({ clock, capacity: 20 });
    const small = await open();
    expect(await small.chunk(0, 16)).toBe('more 16');
    expect(await small.chunk(16, 32)).toBe('refused quota-exceeded');
  });
});

it('passes over bytes that it holds, where offsets are ranges', async () => {
  const signer = store.signer({ shape: 'session', partSize: 16 });
  const plan = await signer.begin(factsOf(50), call);
  const request = plan.signed[0]?.request;
  if (request === undefined) throw new Error('unsigned');
  const put = async (range: string, some: Uint8Array) =>
    (await send(store.http, request, some, { 'content-range': range })).status;
  expect(await put('bytes 0-15/50', bytes.subarray(0, 16))).toBe(308);
  expect(await put('bytes 8-49/50', bytes.subarray(8))).toBe(200);
  expect(store.objects.bytes(store.objects.keys()[0] ?? '')).toEqual(bytes);
  for (const bad of ['bytes 0-15/51', 'bytes 0-15', 'bytes 5-3/50', 'nonsense']) {
    expect(await put(bad, bytes.subarray(0, 16))).toBe(400);
  }
});
