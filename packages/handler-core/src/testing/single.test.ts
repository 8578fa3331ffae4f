import { beforeEach, describe, expect, it } from 'vitest';
import { bodyBytes, bytesOf, call, crcOf, factsOf, manifestOf, meaningOf, send } from '../../test/by-hand.ts';
import type { SignedRequest } from '../signer/request.ts';
import type { Signer } from '../signer/signer.ts';
import type { MemorySignerOptions } from './context.ts';
import { type ManualClock, manualClock } from './manual-ports.ts';
import { type MemoryStore, memoryStore } from './store.ts';

const bytes = bytesOf(50);
let clock: ManualClock;
let store: MemoryStore;

beforeEach(() => {
  clock = manualClock();
  store = memoryStore({ clock });
});

const signerOf = (options: MemorySignerOptions = {}): Signer => store.signer({ shape: 'single', ...options });

async function begun(signer: Signer = signerOf()) {
  const plan = await signer.begin(factsOf(50, { digests: crcOf(bytes) }), call);
  const request = plan.signed[0]?.request;
  if (request === undefined) throw new Error('unsigned');
  const put = async (changed: Partial<SignedRequest> = {}, body: Uint8Array = bytes) =>
    meaningOf(await send(store.http, { ...request, ...changed }, body), plan.answers);
  return { signer, ticket: plan.ticket, request, put };
}

describe('an upload in one request', () => {
  it('is signed at once, and committed with a look', async () => {
    const { signer, ticket, put } = await begun();
    expect((await signer.resume(ticket, call)).stored).toEqual({ state: 'parts', parts: [] });
    expect(await signer.commit(ticket, manifestOf(bytes, 50), call)).toEqual({
      state: 'missing',
      parts: [1],
    });
    expect(await put()).toBe('done');
    expect((await signer.resume(ticket, call)).stored.state).toBe('committed');
    const commit = await signer.commit(ticket, manifestOf(bytes, 50), call);
    expect(commit).toMatchObject({ state: 'stored', object: { size: 50, name: 'naïve 写.txt' } });
    expect(await signer.commit(ticket, manifestOf(bytes, 50), call)).toEqual(commit);
  });

  it('says that it exists when it is sent twice, and the commit knows it for its own', async () => {
    const { signer, ticket, put } = await begun();
    await put();
    expect(await put()).toBe('exists object-exists');
    const manifest = manifestOf(bytes, 50, { answered: false });
    expect((await signer.commit(ticket, manifest, call)).state).toBe('stored');
  });

  it('does not overwrite, nor take another object for its own, nor remove it', async () => {
    const { signer, ticket, put } = await begun();
    await put();
    const [key = ''] = store.objects.keys();
    store.objects.put(key, bytesOf(3));
    expect(await put()).toBe('exists object-exists');
    expect(await signer.commit(ticket, manifestOf(bytes, 50), call)).toMatchObject({ code: 'object-exists' });
    await signer.discard(ticket, call);
    expect(store.objects.bytes(key)).toEqual(bytesOf(3));
  });

  it('is overwritten when the signer forgets the condition: the fault that a suite must find', async () => {
    const { put } = await begun(signerOf({ noOverwrite: false, digest: null }));
    await put();
    expect(await put({}, bytesOf(51).subarray(1))).toBe('done');
  });

  it('is removed by discard', async () => {
    const { signer, ticket, put } = await begun();
    await put();
    await signer.discard(ticket, call);
    expect(store.objects.keys()).toEqual([]);
    expect((await signer.commit(ticket, manifestOf(bytes, 50), call)).state).toBe('missing');
  });

  it.each([
    [{ size: 49 }, 'size-mismatch'],
    [{ digests: crcOf(bytesOf(1)) }, 'digest-mismatch'],
  ])('is removed by a commit of something else: %j', async (wrong, code) => {
    const { signer, ticket, put } = await begun();
    await put();
    expect(await signer.commit(ticket, manifestOf(bytes, 50, wrong), call)).toMatchObject({ code });
    expect(store.objects.keys()).toEqual([]);
  });
});

describe('the store refuses', () => {
  it.each<[string, (request: SignedRequest) => Partial<SignedRequest>]>([
    ['another path', (r) => ({ url: r.url.replace('/naive', '/other') })],
    ['another parameter', (r) => ({ url: `${r.url}&more=1` })],
    ['another lifetime', (r) => ({ url: r.url.replace(/lifetime=\d+/, 'lifetime=9999999999') })],
    ['another method', () => ({ method: 'DELETE' })],
    ['a signature that is cut', (r) => ({ url: r.url.slice(0, -1) })],
    ['another content type', (r) => ({ headers: { ...r.headers, 'content-type': 'text/html' } })],
    ['another digest', (r) => ({ headers: { ...r.headers, ...{ 'x-memory-digest': 'AAAAAA==' } } })],
    ['no condition', ({ headers: { 'if-none-match': _, ...headers } }) => ({ headers })],
  ])('%s', async (_, change) => {
    const { put, request } = await begun();
    expect(await put(change(request))).toBe('refused credentials-wrong');
    expect(store.objects.keys()).toEqual([]);
    expect(await put()).toBe('done');
  });

  it('a header that is not signed, no signature, another bucket', async () => {
    const { put, request } = await begun();
    expect(await put({ headers: { ...request.headers, 'x-memory-meta-a': 'b' } })).toBe(
      'refused access-denied',
    );
    expect(await put({ url: request.url.split('?')[0] ?? '' })).toBe('refused access-denied');
    expect(await put({ url: request.url.replace('/bucket/', '/other/') })).toBe('refused bucket-not-found');
    const elsewhere = { ...request, url: 'https://example.com/' };
    await expect(send(store.http, elsewhere, bytes)).rejects.toMatchObject({ code: 'host-not-found' });
  });

  it('bytes of another size or digest', async () => {
    const { put } = await begun();
    expect(await put({}, bytesOf(51))).toBe('corrupt digest-mismatch');
    expect(await put({}, bytesOf(51).subarray(1))).toBe('corrupt digest-mismatch');
    const undigested = await begun(signerOf({ digest: null }));
    expect(await undigested.put({}, bytesOf(51))).toBe('corrupt digest-mismatch');
    expect(store.objects.keys()).toEqual([]);
  });

  it('all racers for one key but one', async () => {
    const { put } = await begun();
    const answers = await Promise.all(Array.from({ length: 12 }, () => put()));
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'exists object-exists')).toHaveLength(11);
  });

  it('what is past its time, or ahead of it', async () => {
    const { put } = await begun(signerOf({ timeToLive: 1000 }));
    await clock.advance(1001);
    expect(await put()).toBe('expired request-expired');
    const wrong = manualClock(clock.now() + 24 * 3600 * 1000);
    const early = await begun(signerOf({ clock: wrong }));
    expect(await early.put()).toBe('skewed clock-skewed');
    const part = { number: 1, size: 50, digests: crcOf(bytes) };
    const [anew] = await early.signer.sign(early.ticket, [part], { ...call, storeTime: clock.now() });
    expect(await early.put(anew?.request)).toBe('done');
  });

  it('what is over its quota', async () => {
    store = memoryStore({ clock, capacity: 99 });
    expect(await (await begun()).put()).toBe('done');
    expect(await (await begun()).put()).toBe('refused quota-exceeded');
    store.objects.delete(store.objects.keys()[0] ?? '');
    expect(await (await begun()).put()).toBe('done');
  });
});

describe('begin refuses', () => {
  it('what is too large, of a type that is not accepted, or of no known length', async () => {
    const signer = signerOf({ maxSize: 49, accepts: (type) => type !== 'text/html' });
    await expect(signer.begin(factsOf(50), call)).rejects.toMatchObject({ code: 'file-too-large' });
    const html = factsOf(5, { contentType: 'text/html' });
    await expect(signer.begin(html, call)).rejects.toMatchObject({ code: 'type-refused' });
    await expect(signer.begin(factsOf(null), call)).rejects.toMatchObject({ code: 'unsupported' });
    expect((await signer.begin(factsOf(5), call)).signed).toEqual([]);
  });

  it('a call that is stopped', async () => {
    const signal = AbortSignal.abort();
    await expect(signerOf().begin(factsOf(5), { signal })).rejects.toMatchObject({ code: 'stopped' });
  });
});

describe('reading', () => {
  async function stored(options?: MemorySignerOptions) {
    const { signer, ticket, put } = await begun(signerOf(options));
    await put();
    const commit = await signer.commit(ticket, manifestOf(bytes, 50), call);
    if (commit.state !== 'stored') throw new Error(commit.state);
    const { url, key } = commit.object;
    const plan = await signer.read(url, call);
    const get = (headers: Record<string, string> = {}) => send(store.http, plan.request, undefined, headers);
    return { signer, url, key, plan, get };
  }

  it('gives all, or a range', async () => {
    const { plan, get } = await stored();
    expect(plan).toMatchObject({ size: 50, name: 'naïve 写.txt', ranges: true });
    expect(await bodyBytes(await get())).toEqual(bytes);
    const range = await get({ range: 'bytes=10-19' });
    expect(range).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 10-19/50' } });
    expect(await bodyBytes(range)).toEqual(bytes.subarray(10, 20));
    expect(await bodyBytes(await get({ range: 'bytes=45-' }))).toEqual(bytes.subarray(45));
    expect(await bodyBytes(await get({ range: 'bytes=-5' }))).toEqual(bytes.subarray(45));
    expect((await get({ range: 'bytes=50-' })).status).toBe(416);
    store = memoryStore({ ranges: false });
    expect((await (await stored()).get({ range: 'bytes=10-19' })).status).toBe(200);
  });

  it('is bound to the version, and ends with the object', async () => {
    const { signer, url, key, plan, get } = await stored();
    store.objects.put(key, bytes);
    expect(await meaningOf(await get(), plan.answers)).toBe('changed object-changed');
    expect((await signer.read(url, call)).version).not.toBe(plan.version);
    await signer.remove(url, call);
    await signer.remove(url, call);
    expect(await meaningOf(await get(), plan.answers)).toBe('gone object-not-found');
    await expect(signer.read(url, call)).rejects.toMatchObject({ code: 'object-not-found' });
  });

  it('owns what is under its prefix only', async () => {
    const { url, signer } = await stored({ prefix: 'mine' });
    expect(signer.owns(url)).toBe(true);
    expect(signerOf().owns(url)).toBe(true);
    expect(signerOf({ prefix: 'min' }).owns(url)).toBe(false);
    for (const foreign of [`${url}?x`, url.replace('memory', 'other'), 'x', '']) {
      expect(signer.owns(foreign)).toBe(false);
      await expect(signer.read(foreign, call)).rejects.toMatchObject({ code: 'foreign-url' });
      await expect(signer.remove(foreign, call)).rejects.toMatchObject({ code: 'foreign-url' });
    }
  });

  it('needs no signature where the bucket is public', async () => {
    const { url } = await stored();
    const open = { method: 'GET', url, headers: {}, timeToLive: 1 } as const;
    expect((await send(store.http, open)).status).toBe(403);
    store = memoryStore({ publicRead: true });
    const { url: shown } = await stored();
    expect(await bodyBytes(await send(store.http, { ...open, url: shown }))).toEqual(bytes);
  });

  it('spoils a chunk when its callback is over, so that nobody keeps it', async () => {
    const { get } = await stored();
    const kept: Uint8Array[] = [];
    await (await get()).consume((chunk) => void kept.push(chunk));
    expect(kept[0]?.[0]).toBe(0xaa);
  });
});
