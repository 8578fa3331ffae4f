import { randomBytes } from 'node:crypto';
import type {
  BeginCall,
  CommitCall,
  Manifest,
  PendingObject,
  Plan,
  Verdict,
} from '@mesibo-files/handler-core/provider';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { crc32c } from '@node-rs/crc32';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../test/carry-out.ts';
import { call, fileFacts, optionsOf } from '../test/facts.ts';
import { type Asked, jsonRefusal, resource, type Scripted, scriptedStore } from '../test/scripted-store.ts';
import type { GcsUpload } from './options.ts';
import { gcsSigner } from './signer.ts';

const MIB = 1024 * 1024;

function digestOf(bytes: Uint8Array): string {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32c(Buffer.from(bytes)));
  return value.toString('base64');
}

const asking = (verdict: Verdict, seen: PendingObject[] = []): CommitCall => ({
  ...call,
  inspect: async (pending) => {
    seen.push(pending);
    return verdict;
  },
});

describe('staged uploads', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud();
  });
  afterAll(() => cloud.stop());

  const make = (upload: GcsUpload = 'session') =>
    gcsSigner({ ...optionsOf(cloud.gcs), upload, partSize: 5 * MIB, cacheControl: 'max-age=60' });
  const sendAll = async (
    signer: ReturnType<typeof make>,
    size: number,
    staging: NonNullable<BeginCall['staging']>,
    more: Record<string, string> = {},
  ): Promise<{ plan: Plan; file: Buffer; manifest: Manifest }> => {
    const file = randomBytes(size);
    const crc = digestOf(file);
    const facts = fileFacts({ size, digests: { crc32c: crc }, transferId: randomBytes(8).toString('hex') });
    const plan = await signer.begin(facts, { ...call, staging });
    const partSize = plan.shape === 'parts' ? plan.partSize : Math.max(1, size);
    const pieces = Array.from({ length: Math.max(1, Math.ceil(size / partSize)) }, (_, index) => {
      const bytes = file.subarray(index * partSize, (index + 1) * partSize);
      return {
        bytes,
        facts: { number: index + 1, size: bytes.length, digests: { crc32c: digestOf(bytes) } },
      };
    });
    const parts = pieces.map((piece) => piece.facts);
    const signed = plan.signed.length > 0 ? plan.signed : await signer.sign(plan.ticket, parts, call);
    for (const [index, { request }] of signed.entries()) {
      const session = plan.shape === 'session' ? { 'content-range': `bytes 0-${size - 1}/${size}` } : {};
      const { status } = await send(request, pieces[index]?.bytes ?? file, { ...session, ...more });
      expect(status).toBe(200);
    }
    const told = plan.shape === 'session' ? [] : parts;
    return { plan, file, manifest: { size, parts: told, digests: { crc32c: crc }, answered: true } };
  };

  it.each([
    ['single', 'session', 0],
    ['single', 'session', 100],
    ['session', 'session', 5 * MIB + 1],
    ['parts', 'multipart', 5 * MIB + 1],
  ] as const)('are decided once: %s (%s), %i bytes', async (shape, upload, size) => {
    const signer = make(upload);
    const { plan, file, manifest } = await sendAll(signer, size, 'hidden');
    expect(plan.shape).toBe(shape);
    expect((await signer.resume(plan.ticket, call)).stored.state).not.toBe('committed');
    const first = await signer.commit(plan.ticket, manifest, call);
    if (first.state !== 'stored') throw new Error(first.state);
    expect((await signer.resume(plan.ticket, call)).stored.state).toBe('committed');
    for (const lie of [{ size: size + 1 }, { digests: { crc32c: 'AAAAAA==' }, parts: [] }]) {
      const outcome = await signer.commit(plan.ticket, { ...manifest, ...lie }, call);
      if (size > 0 || 'size' in lie) expect(outcome.state).toBe('refused');
    }
    for (const { request } of plan.signed) await send(request, randomBytes(size));
    await signer.discard(plan.ticket, call);
    expect(await signer.commit(plan.ticket, manifest, call)).toEqual(first);
    const signing = signer.sign(plan.ticket, [{ number: 1, size, digests: manifest.digests }], call);
    await expect(signing).rejects.toMatchObject({ code: 'upload-ended' });
    const { request } = await signer.read(first.object.url, call);
    const read = await send(request);
    expect(read.body.equals(file)).toBe(true);
    expect(read.headers).toMatchObject({ 'content-type': 'text/plain', 'cache-control': 'max-age=60' });
  });

  it('of who is trusted go with their object when they are discarded: the answer to the commit may be lost', async () => {
    for (const upload of ['session', 'multipart'] as const) {
      const signer = make(upload);
      const { plan, manifest } = await sendAll(signer, 5 * MIB + 1, 'none');
      const commit = await signer.commit(plan.ticket, manifest, call);
      if (commit.state !== 'stored') throw new Error(commit.state);
      await signer.discard(plan.ticket, call);
      await expect(signer.read(commit.object.url, call)).rejects.toMatchObject({ code: 'object-not-found' });
    }
  });

  it('take no header that their sender added', async () => {
    const signer = make();
    const more = { 'content-encoding': 'gzip', 'content-language': 'xx' };
    const { plan, manifest } = await sendAll(signer, 100, 'hidden', more);
    const commit = await signer.commit(plan.ticket, manifest, call);
    if (commit.state !== 'stored') throw new Error(commit.state);
    const { headers } = await send((await signer.read(commit.object.url, call)).request);
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-language']).toBeUndefined();
  });

  it('are refused for good, and say why again', async () => {
    for (const [upload, size] of [
      ['session', 100],
      ['session', 5 * MIB + 1],
      ['multipart', 5 * MIB + 1],
    ] as const) {
      const signer = make(upload);
      const { plan, file, manifest } = await sendAll(signer, size, 'readable');
      const remove = asking({ verdict: 'remove', reason: 'a virus ☣' });
      const refusal = await signer.commit(plan.ticket, manifest, remove);
      expect(refusal).toEqual({ state: 'refused', code: 'forbidden', reason: 'a virus ☣' });
      if (plan.shape === 'single') {
        for (const { request } of plan.signed) expect((await send(request, file)).status).toBe(412);
      }
      await signer.discard(plan.ticket, call);
      expect(await signer.commit(plan.ticket, manifest, call)).toEqual(refusal);
      expect((await signer.resume(plan.ticket, call)).stored.state).toBe('gone');
      const signing = signer.sign(plan.ticket, [{ number: 1, size, digests: manifest.digests }], call);
      await expect(signing).rejects.toMatchObject({ code: 'upload-ended' });
    }
  });

  it('wait while the owner has not decided, who reads them; nobody else has a URL of them', async () => {
    const signer = make();
    const { plan, file, manifest } = await sendAll(signer, 100, 'readable');
    const seen: PendingObject[] = [];
    const later = asking({ verdict: 'later', retryAfter: 7 }, seen);
    expect(await signer.commit(plan.ticket, manifest, later)).toEqual({ state: 'pending', retryAfter: 7 });
    const read = await seen[0]?.read?.(call);
    if (read === undefined) throw new Error('nothing to read');
    expect((await send(read.request)).body.equals(file)).toBe(true);
    const url = read.request.url.split('?')[0] ?? '';
    expect(url).toContain('/mesibo/pending/');
    expect(signer.owns(url)).toBe(false);
    await expect(signer.read(url, call)).rejects.toMatchObject({ code: 'foreign-url' });
    const resumed = await signer.resume(plan.ticket, call);
    expect(resumed.stored).toMatchObject({ state: 'parts', parts: [{ number: 1, size: 100 }] });
    expect((await signer.commit(plan.ticket, manifest, asking({ verdict: 'keep' }))).state).toBe('stored');
  });

  it('that were never committed are found and swept', async () => {
    const signer = gcsSigner({
      ...optionsOf(cloud.gcs),
      upload: 'multipart',
      partSize: 5 * MIB,
      prefix: 'swept',
    });
    await sendAll(signer, 100, 'hidden');
    await sendAll(signer, 5 * MIB + 1, 'hidden');
    const found: string[] = [];
    for await (const { ticket } of signer.unfinished(-60_000, call)) found.push(ticket);
    expect(found).toHaveLength(2);
    for (const ticket of found) await signer.discard(ticket, call);
    for await (const each of signer.unfinished(-60_000, call))
      throw new Error(`still there: ${each.begunAt}`);
  });
});

describe('a rewrite', () => {
  let close: () => Promise<void> = async () => {};
  afterEach(() => close());

  /** Commits a file that waits; `rewrites` are the answers to the rewrite's requests. */
  const commit = async (rewrites: Scripted[], clock = { now: () => Date.now() }) => {
    const ours = { size: '11', crc32c: 'AAAAAA==', contentType: 'text/plain' };
    const store = await scriptedStore(({ method, url }) => {
      if (url.pathname === '/token') return null;
      if (method === 'DELETE') return { status: 204 };
      if (url.pathname.includes('/rewriteTo/')) return rewrites.shift() ?? { status: 500 };
      const pending = decodeURIComponent(url.pathname).includes('/pending/');
      return pending ? resource(ours) : jsonRefusal(404, 'notFound');
    });
    close = store.close;
    const signer = store.signer({ clock, kmsKeyName: 'a-key', storageClass: 'NEARLINE' });
    const plan = await signer.begin(fileFacts(), { ...call, staging: 'hidden' });
    const parts = [{ number: 1, size: 11, digests: { crc32c: 'AAAAAA==' } }];
    const manifest = { size: 11, parts, digests: {}, answered: true };
    const asked = (): Asked[] => store.asked.filter(({ url }) => url.pathname.includes('/rewriteTo/'));
    return { run: () => signer.commit(plan.ticket, manifest, call), asked };
  };
  const step = (fields: Record<string, unknown>): Scripted => ({ body: JSON.stringify(fields) });
  const last = step({ done: true, resource: JSON.parse(resource({ size: '11' }).body ?? '') });

  it('is of one generation, to nothing, and states everything', async () => {
    const { run, asked } = await commit([last]);
    expect((await run()).state).toBe('stored');
    const [only] = asked();
    expect(Object.fromEntries(only?.url.searchParams ?? [])).toEqual({
      ifGenerationMatch: '0',
      ifSourceGenerationMatch: '17',
      destinationKmsKeyName: 'a-key',
    });
    expect(JSON.parse(only?.body ?? '')).toEqual({
      contentType: 'text/plain',
      contentDisposition: expect.stringContaining('hello.txt'),
      metadata: expect.objectContaining({ mesibotransfer: 'transfer-1', mesibouid: '7' }),
      storageClass: 'NEARLINE',
    });
  });

  it('goes on by its token, for a while a commit', async () => {
    let now = Date.now();
    const first = await commit([step({ done: false, rewriteToken: 't1' }), last]);
    expect((await first.run()).state).toBe('stored');
    expect(first.asked().map(({ url }) => url.searchParams.get('rewriteToken'))).toEqual([null, 't1']);
    await close();
    const clock = {
      now: () => {
        now += 15_000;
        return now;
      },
    };
    const second = await commit(
      [step({ done: false, rewriteToken: 't1' }), step({ done: false, rewriteToken: 't2' }), last],
      clock,
    );
    const states: string[] = [];
    for (let turn = 0; turn < 4 && states.at(-1) !== 'stored'; turn++)
      states.push((await second.run()).state);
    expect(states.at(0)).toBe('pending');
    expect(states.at(-1)).toBe('stored');
    expect(second.asked().map(({ url }) => url.searchParams.get('rewriteToken'))).toEqual([null, 't1', 't2']);
  });

  it('begins anew when its token is over', async () => {
    const { run, asked } = await commit([
      step({ done: false, rewriteToken: 't1' }),
      jsonRefusal(410, 'gone'),
      last,
    ]);
    expect((await run()).state).toBe('stored');
    expect(asked().map(({ url }) => url.searchParams.get('rewriteToken'))).toEqual([null, 't1', null]);
  });

  it.each([
    ['rubbish', { body: '<!doctype html>' }, 'bad-answer'],
    ['a refusal', jsonRefusal(403, 'forbidden'), 'access-denied'],
  ])('is no success where the answer is %s', async (_, answer, code) => {
    await expect((await commit([answer])).run()).rejects.toMatchObject({ code });
  });
});
