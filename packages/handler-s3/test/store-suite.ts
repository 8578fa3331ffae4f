import { randomBytes } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Signer, StoredObject } from '@mesibo-files/handler-core';
import type { Commit, FileFacts, Plan } from '@mesibo-files/handler-core/provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Options } from '../src/options.ts';
import { s3Signer } from '../src/signer.ts';
import { cut, manifestOf, type PieceOfFile, send, sendPieces } from './carry-out.ts';
import { call, fileFacts } from './facts.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;
const DAY = 86_400_000;

export interface OpenedStore {
  /** Options of a signer for a bucket that is there and empty. */
  readonly options: S3Options;
  readonly close: () => Promise<void>;
  /** Whether the store refuses to overwrite when parts are put together. */
  readonly conditionalComplete: boolean;
}

interface Uploaded {
  readonly plan: Plan;
  readonly pieces: readonly PieceOfFile[];
  readonly commit: Commit;
}

/** What holds of the signer on every store, proved over the wire. */
export function describeStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let store: OpenedStore;
    let signer: Signer;
    beforeAll(async () => {
      store = await open();
      signer = make();
    });
    afterAll(() => store.close());

    const make = (own: Partial<S3Options> = {}): Signer =>
      s3Signer({ ...store.options, partSize: PART, ...own } as S3Options);
    const upload = async (
      file: Uint8Array,
      own: Partial<FileFacts> = {},
      answered = false,
    ): Promise<Uploaded> => {
      const facts = fileFacts({ size: file.length, transferId: randomBytes(8).toString('hex'), ...own });
      const plan = await signer.begin(facts, call);
      const pieces = cut(plan, file);
      for (const answer of await sendPieces(signer, plan, pieces)) expect(answer.status).toBe(200);
      return {
        plan,
        pieces,
        commit: await signer.commit(plan.ticket, manifestOf(file, pieces, answered), call),
      };
    };
    const overwrite = async (key: string, text: string): Promise<void> => {
      const { bucket, endpoint = '', credentials, region = '' } = store.options;
      const client = new S3Client({
        endpoint,
        region,
        ...(credentials === undefined ? {} : { credentials }),
        forcePathStyle: true,
      });
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
    };
    const stored = (commit: Commit): StoredObject => {
      if (commit.state !== 'stored') throw new Error(`not stored: ${JSON.stringify(commit)}`);
      return commit.object;
    };

    it.each([
      ['an empty file', 0, 'single'],
      ['one byte', 1, 'single'],
      ['a whole part', PART, 'single'],
      ['a part and a byte', PART + 1, 'parts'],
      ['parts', 2 * PART, 'parts'],
    ])('carries %s there and back', async (_, size, shape) => {
      const file = randomBytes(size);
      const { plan, commit } = await upload(file, { name: '../写真 «x».txt' });
      expect(plan.shape).toBe(shape);
      const object = stored(commit);
      expect(object).toMatchObject({ size, contentType: 'text/plain', name: '写真 «x».txt' });
      const read = await signer.read(object.url, call);
      expect(read).toMatchObject({ size, contentType: 'text/plain', name: '写真 «x».txt', ranges: true });
      expect(read.integrity).toEqual(object.integrity);
      expect(read.integrity.kind).not.toBe('none');
      const answer = await send(read.request);
      expect(answer.status).toBe(200);
      expect(answer.body.equals(file)).toBe(true);
      expect(answer.headers['content-disposition']).toContain('attachment');
      if (size > 1) {
        const range = await send(read.request, undefined, { range: 'bytes=1-1' });
        expect([range.status, range.body]).toEqual([206, Buffer.from(file.subarray(1, 2))]);
      }
    });

    it('believes a single answer without asking, and says the same of a lost one', async () => {
      const file = randomBytes(100);
      const { plan, pieces, commit } = await upload(file, {}, true);
      const again = await signer.commit(plan.ticket, manifestOf(file, pieces), call);
      expect({ ...stored(again), version: null }).toEqual({ ...stored(commit), version: null });
      expect((await signer.resume(plan.ticket, call)).stored.state).toBe('committed');
    });

    it('takes the same URL twice for one upload: the second is refused and found to be ours', async () => {
      const file = randomBytes(100);
      const facts = fileFacts({ size: 100, transferId: 'twice' });
      const plan = await signer.begin(facts, call);
      const pieces = cut(plan, file);
      expect((await sendPieces(signer, plan, pieces))[0]?.status).toBe(200);
      expect((await sendPieces(signer, plan, pieces))[0]?.status).toBe(412);
      expect((await signer.commit(plan.ticket, manifestOf(file, pieces), call)).state).toBe('stored');
    });

    it('names the parts that are missing, and takes them', async () => {
      const file = randomBytes(2 * PART + 7);
      const plan = await signer.begin(fileFacts({ size: file.length, transferId: 'missing' }), call);
      const pieces = cut(plan, file);
      await sendPieces(signer, plan, pieces.slice(1, 2));
      const { stored: held } = await signer.resume(plan.ticket, call);
      expect(held).toMatchObject({ state: 'parts', parts: [{ number: 2, size: PART }] });
      if (held.state !== 'parts') throw new Error(held.state);
      expect(Object.values(held.parts[0]?.digests ?? {}).length).toBe(1);
      const manifest = manifestOf(file, pieces);
      expect(await signer.commit(plan.ticket, manifest, call)).toEqual({ state: 'missing', parts: [1, 3] });
      await sendPieces(
        signer,
        plan,
        [pieces[0], pieces[2]].filter((piece) => piece !== undefined),
      );
      const first = await signer.commit(plan.ticket, manifest, call);
      const second = await signer.commit(plan.ticket, manifest, call);
      expect(stored(second)).toMatchObject({ size: file.length, url: stored(first).url });
      expect((await signer.resume(plan.ticket, call)).stored.state).toBe('committed');
      for (const answer of await sendPieces(signer, plan, pieces)) expect(answer.status).toBe(404);
    });

    it('tells another part of the right size from the one that was sent', async () => {
      const file = randomBytes(2 * PART);
      const plan = await signer.begin(fileFacts({ size: file.length, transferId: 'other' }), call);
      const pieces = cut(plan, file);
      await sendPieces(signer, plan, pieces);
      await sendPieces(signer, plan, cut(plan, randomBytes(2 * PART)).slice(1));
      const commit = await signer.commit(plan.ticket, manifestOf(file, pieces), call);
      expect(commit).toEqual({ state: 'missing', parts: [2] });
      await signer.discard(plan.ticket, call);
    });

    it('never puts a stray part into the object', async () => {
      const file = randomBytes(PART + 9);
      const plan = await signer.begin(
        fileFacts({ size: null, maxSize: 4 * PART, transferId: 'stray' }),
        call,
      );
      await sendPieces(signer, plan, cut(plan, randomBytes(2 * PART + 3)).slice(2));
      const pieces = cut(plan, file);
      await sendPieces(signer, plan, pieces);
      const commit = await signer.commit(plan.ticket, manifestOf(file, pieces), call);
      if (commit.state === 'stored') expect(commit.object.size).toBe(file.length);
      else expect(commit).toMatchObject({ state: 'refused', code: 'size-mismatch' });
    });

    it('refuses a size that was not planned, and keeps nothing', async () => {
      const file = randomBytes(PART + 1);
      const plan = await signer.begin(fileFacts({ size: file.length, transferId: 'size' }), call);
      const pieces = cut(plan, file);
      await sendPieces(signer, plan, pieces);
      const manifest = { ...manifestOf(file, pieces), size: file.length + 1 };
      const commit = await signer.commit(plan.ticket, manifest, call);
      expect(commit).toMatchObject({ state: 'refused', code: 'size-mismatch' });
      expect(await signer.commit(plan.ticket, manifestOf(file, pieces), call)).toEqual({ state: 'gone' });
    });

    it('discards, twice, whatever is there; and never what it did not make', async () => {
      const file = randomBytes(PART + 1);
      const plan = await signer.begin(fileFacts({ size: file.length, transferId: 'discard' }), call);
      await sendPieces(signer, plan, cut(plan, file));
      await signer.discard(plan.ticket, call);
      await signer.discard(plan.ticket, call);
      expect(await signer.resume(plan.ticket, call)).toEqual({ plan: null, stored: { state: 'gone' } });
      const small = await signer.begin(fileFacts({ size: 3, transferId: 'small' }), call);
      await signer.discard(small.ticket, call);
      expect((await signer.resume(small.ticket, call)).stored).toEqual({ state: 'parts', parts: [] });
      const pieces = cut(small, Buffer.from('abc'));
      await sendPieces(signer, small, pieces);
      const forged = JSON.parse(Buffer.from(small.ticket, 'base64url').toString());
      const other = Buffer.from(JSON.stringify({ ...forged, transferId: 'other' })).toString('base64url');
      await signer.discard(other, call);
      const manifest = manifestOf(Buffer.from('abc'), pieces);
      expect(await signer.commit(other, manifest, call)).toMatchObject({
        state: 'refused',
        code: 'object-exists',
      });
      expect((await signer.commit(small.ticket, manifest, call)).state).toBe('stored');
      await signer.discard(small.ticket, call);
      expect((await signer.resume(small.ticket, call)).stored).toEqual({ state: 'parts', parts: [] });
    });

    it('discards the object of a commit whose answer was lost', async () => {
      const { plan, commit } = await upload(randomBytes(PART + 1));
      const { url } = stored(commit);
      await signer.discard(plan.ticket, call);
      await expect(signer.read(url, call)).rejects.toMatchObject({ code: 'object-not-found' });
      await signer.discard(plan.ticket, call);
    });

    it('lists uploads that never ended, good for a discard', async () => {
      const own = make({ prefix: 'sweep/here' });
      const plan = await own.begin(fileFacts({ size: PART + 1, name: 'ü b.bin' }), call);
      await signer.begin(fileFacts({ size: PART + 1 }), call);
      await sendPieces(own, plan, cut(plan, randomBytes(PART + 1)).slice(0, 1));
      const found = async (age: number): Promise<string[]> => {
        const tickets: string[] = [];
        for await (const one of own.unfinished(age, call)) tickets.push(one.ticket);
        return tickets;
      };
      expect(await found(60_000)).toEqual([]);
      const [ticket, ...more] = await found(-60_000);
      expect(more).toEqual([]);
      await own.discard(ticket ?? '', call);
      expect(await found(-60_000)).toEqual([]);
      expect((await own.resume(plan.ticket, call)).stored.state).toBe('gone');
    });

    it('refuses bytes, sizes and types other than were signed', async () => {
      const plan = await signer.begin(fileFacts({ size: 4, transferId: 'bound' }), call);
      const [piece] = cut(plan, Buffer.from('good'));
      if (piece === undefined) throw new Error('no piece');
      const [part] = await signer.sign(plan.ticket, [piece.facts], call);
      if (part === undefined) throw new Error('not signed');
      const { request } = part;
      expect((await send(request, Buffer.from('evil'))).status).toBe(400);
      const longer = { ...request, headers: { ...request.headers, 'content-length': '6' } };
      expect((await send(longer, Buffer.from('good+1'))).status).toBe(403);
      const html = { ...request, headers: { ...request.headers, 'content-type': 'text/html' } };
      expect((await send(html, piece.bytes)).status).toBe(403);
      expect(
        (await send({ ...request, url: request.url.replace('hello.txt', 'hullo.txt') }, piece.bytes)).status,
      ).toBe(403);
      expect((await send(request, piece.bytes)).status).toBe(200);
    });

    it('sends what it was asked to: no header is left out of the signature', async () => {
      const own = make({ cacheControl: 'private, max-age=60' });
      const plan = await own.begin(fileFacts({ size: 4, transferId: 'headers' }), call);
      const [part] = await own.sign(
        plan.ticket,
        cut(plan, Buffer.from('good')).map(({ facts }) => facts),
        call,
      );
      const signed = new URL(part?.request.url ?? '').searchParams.get('X-Amz-SignedHeaders')?.split(';');
      expect(signed).toEqual([...Object.keys(part?.request.headers ?? {}), 'host'].sort());
      expect(Object.keys(part?.request.headers ?? {})).toEqual(
        expect.arrayContaining([
          'cache-control',
          'content-type',
          'if-none-match',
          'x-amz-meta-mesibotransfer',
        ]),
      );
      expect((await sendPieces(own, plan, cut(plan, Buffer.from('good'))))[0]?.status).toBe(200);
    });

    it.each([
      ['behind', -DAY],
      ['ahead', DAY],
    ])('works with a clock a day %s', async (_, off) => {
      const own = make({ clock: { now: () => Date.now() + off } });
      const patiently = async <Value>(run: () => Promise<Value>): Promise<Value> =>
        run().catch((error: { code?: string; retryable?: boolean }) => {
          expect(error).toMatchObject({ code: 'clock-skewed', retryable: true });
          return run();
        });
      const plan = await patiently(() =>
        own.begin(fileFacts({ size: PART + 1, transferId: `skew${off}` }), call),
      );
      expect(Math.abs(plan.serverTime - Date.now())).toBeLessThan(5000);
      for (const answer of await sendPieces(own, plan, cut(plan, randomBytes(PART + 1))))
        expect(answer.status).toBe(200);
      await own.discard(plan.ticket, call);
    });

    it('takes the time of the store from the engine, for what it signs without asking', async () => {
      const own = make({ clock: { now: () => Date.now() - DAY } });
      const plan = await own.begin(fileFacts({ size: 4, transferId: 'told' }), call);
      const pieces = cut(plan, Buffer.from('good'));
      expect((await sendPieces(own, plan, pieces))[0]?.status).toBe(403);
      const told = { ...call, storeTime: Date.now() };
      const [part] = await own.sign(
        plan.ticket,
        pieces.map(({ facts }) => facts),
        told,
      );
      if (part === undefined) throw new Error('not signed');
      expect((await send(part.request, Buffer.from('good'))).status).toBe(200);
    });

    it('reads through a CDN URL and its own, and no other', async () => {
      const own = make({ publicUrl: 'https://cdn.example/files' });
      const plan = await own.begin(fileFacts({ size: 4, transferId: 'cdn' }), call);
      const pieces = cut(plan, Buffer.from('good'));
      await sendPieces(own, plan, pieces);
      const object = stored(await own.commit(plan.ticket, manifestOf(Buffer.from('good'), pieces), call));
      expect(object.url).toBe(`https://cdn.example/files/${object.key}`);
      expect((await send((await own.read(object.url, call)).request)).body.toString()).toBe('good');
      expect(signer.owns(object.url)).toBe(false);
      await expect(signer.read(object.url, call)).rejects.toMatchObject({ code: 'foreign-url' });
      await own.remove(object.url, call);
      await own.remove(object.url, call);
      await expect(own.read(object.url, call)).rejects.toMatchObject({ code: 'object-not-found' });
    });

    it('binds a download to the version that it looked at', async () => {
      const object = stored((await upload(Buffer.from('version 1'))).commit);
      const { request } = await signer.read(object.url, call);
      expect((await send({ ...request, headers: {} })).status).toBe(403);
      await overwrite(object.key, 'version 2');
      expect((await send(request)).status).toBe(412);
    });

    it('does not take the object of another for its own', async () => {
      const file = randomBytes(PART + 1);
      const plan = await signer.begin(fileFacts({ size: file.length, transferId: 'collision' }), call);
      const pieces = cut(plan, file);
      await sendPieces(signer, plan, pieces);
      const { key } = JSON.parse(Buffer.from(plan.ticket, 'base64url').toString());
      await overwrite(key, 'of another');
      const commit = await signer.commit(plan.ticket, manifestOf(file, pieces), call);
      if (!store.conditionalComplete) return expect(commit.state).toBe('stored');
      expect(commit).toMatchObject({ state: 'refused', code: 'object-exists' });
      expect((await signer.resume(plan.ticket, call)).stored.state).toBe('gone');
    });

    it('says what is wrong: bucket, key, secret', async () => {
      const base = stored((await upload(Buffer.from('x'))).commit).url;
      const bad = async (own: Partial<S3Options>, from = base): Promise<unknown> =>
        make(own)
          .read(from, call)
          .then(
            () => 'read',
            (error: { code: string }) => error.code,
          );
      const noBucket = base.replace(`/${store.options.bucket}/`, '/no-such-bucket-here/');
      expect(await bad({ bucket: 'no-such-bucket-here' }, noBucket)).toBe('bucket-not-found');
      const keys = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };
      expect(await bad({ credentials: keys })).toBe('credentials-wrong');
      expect(await bad({}, `${base}x`)).toBe('object-not-found');
      const wrong = make({ credentials: keys });
      await expect(wrong.begin(fileFacts({ size: PART + 1 }), call)).rejects.toMatchObject({
        code: 'credentials-wrong',
      });
      const nowhere = make({ bucket: 'no-such-bucket-here' });
      await expect(nowhere.begin(fileFacts({ size: PART + 1 }), call)).rejects.toMatchObject({
        code: 'bucket-not-found',
      });
    });

    it('stops when told to', async () => {
      const stop = new AbortController();
      stop.abort();
      const stopped = { signal: stop.signal };
      await expect(signer.begin(fileFacts({ size: PART + 1 }), stopped)).rejects.toMatchObject({
        code: 'stopped',
      });
    });
  });
}
