import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { FILESOURCE } from '@mesibo-files/handler-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filePart, fiveFields, type Part, post } from '../../test/wire/forms.ts';
import { googleSigner } from '../../test/wire/google.ts';
import { startWorld, TOKEN, tokenOnly, type World, type WorldOptions } from '../../test/wire/world.ts';
import type { UploadRequest } from '../context/authorise.ts';

const MIB = 1024 * 1024;

describe('the upload URL', () => {
  let world: World;
  afterEach(() => world.close());
  const start = async (options: WorldOptions = {}): Promise<void> => {
    world = await startWorld(options);
  };

  it('stores a file, and answers its URL', async () => {
    await start();
    const { status, body, headers } = await post(world.baseUrl, [
      ...fiveFields({ mid: '18446744073709551615', source: '1' }),
      filePart('a cat', '/storage/emulated/0/Kätze.jpg'),
    ]);
    expect(status).toBe(200);
    expect(body).toEqual({ result: true, url: expect.stringContaining(`${world.baseUrl}/files/`) });
    expect(headers.get('cache-control')).toBe('no-store');
    const stored = await world.object(String(body.url));
    expect(Buffer.from(stored.bytes).toString()).toBe('a cat');
    expect(stored.contentType).toBe('image/jpeg');
    expect(stored.disposition).toContain(encodeURIComponent('Kätze.jpg'));
    expect(Object.values(stored.metadata)).toEqual(
      expect.arrayContaining(['7', '18446744073709551615', '1']),
    );
  });

  it.each([
    ['empty', 0],
    ['in one piece', 100_000],
    ['as long as the part that is gathered', MIB],
    ['one byte longer', MIB + 1],
    ['one part of the store', 8 * MIB],
    ['of several parts', 21 * MIB + 17],
  ])('streams a file that is %s, byte for byte', async (_, size) => {
    await start();
    const bytes = randomBytes(size);
    const { status, body } = await post(world.baseUrl, [...fiveFields(), filePart(bytes)]);
    expect(status).toBe(200);
    const stored = await world.object(String(body.url));
    expect(Buffer.compare(stored.bytes, bytes)).toBe(0);
    expect(await world.openUploads()).toBe(0);
  });

  it('streams through a session, where the store has such', async () => {
    await start({
      signer: (_, publicUrl, cloud) =>
        googleSigner(cloud, publicUrl, { upload: 'session', partSize: 256 * 1024 }),
      downloads: 'stream',
    });
    const bytes = randomBytes(3 * MIB + 1);
    const { body } = await post(world.baseUrl, [...fiveFields(), filePart(bytes)]);
    const back = await fetch(String(body.url));
    expect(Buffer.compare(Buffer.from(await back.arrayBuffer()), bytes)).toBe(0);
  });

  it.each([
    ['small', 5000],
    ['larger than what waits in memory', 7 * MIB],
  ])('takes a %s file whose fields come after it, and leaves no temporary file', async (_, size) => {
    await start();
    const bytes = randomBytes(size);
    const [op, ...rest] = fiveFields();
    const { status, body } = await post(world.baseUrl, [op as Part, filePart(bytes), ...rest]);
    expect(status).toBe(200);
    const stored = await world.object(String(body.url));
    expect(Buffer.compare(stored.bytes, bytes)).toBe(0);
    expect((await readdir(tmpdir())).filter((name) => /^mesibo-files-.*\.upload$/.test(name))).toEqual([]);
  });

  it('asks before anything reaches the store, and says all it knows', async () => {
    const asked: UploadRequest[] = [];
    await start({
      authorise: async (request) => {
        if (request.action === 'upload') asked.push(request);
        expect(await world.keys()).toEqual([]);
        expect(await world.openUploads()).toBe(0);
        return { allow: false, why: 'forbidden', reason: 'Not you.' };
      },
    });
    const extra = { name: 'sig', value: 'abc' };
    const file = filePart(randomBytes(12 * MIB), 'a.mov', 'application/octet-stream');
    const refused = await post(world.baseUrl, [...fiveFields(), extra, file]);
    expect({ status: refused.status, body: refused.body }).toEqual({
      status: 403,
      body: { result: false, error: 'forbidden', message: 'Not you.' },
    });
    const late = await post(world.baseUrl, [filePart('later'), ...fiveFields({ auth: null }), extra], {
      authorization: 'Bearer by-header',
    });
    expect(late.status).toBe(403);
    expect(asked).toMatchObject([
      {
        via: 'upload-url',
        uid: 7,
        mid: 42n,
        source: FILESOURCE.MESSAGE,
        size: null,
        contentType: 'video/quicktime',
        name: 'a.mov',
        secure: false,
        credential: { token: TOKEN },
        fields: new Map([['sig', 'abc']]),
      },
      { size: 5, maxSize: 5, credential: { token: 'by-header' }, fields: new Map([['sig', 'abc']]) },
    ]);
    expect(await world.keys()).toEqual([]);
  });

  it('keeps what the owner says: whose it is, and that it is protected', async () => {
    await start({ authorise: () => ({ allow: true, uid: 99, secure: true }) });
    const { body } = await post(world.baseUrl, [...fiveFields(), filePart('a cat')]);
    const { signer } = world.server.context;
    const { sender } = await signer.read(String(body.url), { signal: new AbortController().signal });
    expect(sender).toEqual({ uid: 99, mid: '42', source: 0, secure: true });
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'request', uid: 99, bytes: 5 }));
  });

  it('takes the token from Authorization as well', async () => {
    await start();
    const form = [...fiveFields({ auth: null }), filePart('a cat')];
    expect((await post(world.baseUrl, form, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    const without = await post(world.baseUrl, form);
    expect({ status: without.status, error: without.body.error }).toEqual({
      status: 401,
      error: 'unauthorised',
    });
    expect(without.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('normalises the message ids that Android writes', async () => {
    await start();
    const { body } = await post(world.baseUrl, [...fiveFields({ mid: '-1' }), filePart('a cat')]);
    const { signer } = world.server.context;
    const { sender } = await signer.read(String(body.url), { signal: new AbortController().signal });
    expect(sender?.mid).toBe('18446744073709551615');
  });

  it('waits for fields of the owner’s own', async () => {
    const seen: unknown[] = [];
    await start({
      route: { awaitFields: ['sig'] },
      authorise: (request) => {
        if (request.action === 'upload') seen.push(request.fields?.get('sig'));
        return { allow: true };
      },
    });
    const form = [...fiveFields(), filePart('a cat'), { name: 'sig', value: 'abc' }];
    expect((await post(world.baseUrl, form)).status).toBe(200);
    expect(seen).toEqual(['abc']);
  });

  it('tells the hook, and removes what the hook refuses', async () => {
    await start({
      onStored: ({ name }) => (name === 'virus.exe' ? { remove: 'It is a virus.' } : undefined),
    });
    const good = await post(world.baseUrl, [...fiveFields(), filePart('a cat')]);
    expect(good.status).toBe(200);
    const bad = await post(world.baseUrl, [...fiveFields(), filePart('x', 'virus.exe')]);
    expect({ status: bad.status, body: bad.body }).toEqual({
      status: 403,
      body: { result: false, error: 'forbidden', message: 'the commit was refused: It is a virus.' },
    });
    // What was refused leaves no more than a mark, which is no file.
    const files = (await world.keys()).filter((key) => !key.includes('pending/'));
    expect(files).toHaveLength(1);
  });

  it('is below the path of its base URL, and takes POST only', async () => {
    await start({ basePath: '/mesibo/x' });
    const { status, body } = await post(world.baseUrl, [...fiveFields(), filePart('a cat')]);
    expect({ status, url: body.url }).toEqual({
      status: 200,
      url: expect.stringContaining('/mesibo/x/files/'),
    });
    const wrong = await fetch(`${world.baseUrl}/upload`, { method: 'PUT', body: 'x' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('POST');
    expect(await wrong.json()).toMatchObject({ result: false, error: 'method-not-allowed' });
  });

  describe('in the legacy dialect', () => {
    beforeEach(() => start({ route: { dialect: 'legacy' } }));
    const fields: Part[] = [
      { name: 'op', value: 'upload' },
      { name: 'token', value: TOKEN },
      { name: 'mid', value: '42' },
      { name: 'profile', value: '1' },
    ];

    it('answers in words, and the URL under file', async () => {
      const { status, body } = await post(world.baseUrl, [...fields, filePart('a cat')]);
      expect(status).toBe(200);
      expect(body).toEqual({
        op: 'upload',
        ts: expect.any(Number),
        result: 'OK',
        file: expect.any(String),
        profile: 1,
      });
      const stored = await world.object(String(body.file));
      expect(stored.key).toMatch(/^mesibo\/1\//);
    });

    it('has its own error codes', async () => {
      const codeOf = async (form: readonly Part[]): Promise<unknown> =>
        (await post(world.baseUrl, form)).body.error;
      const [op, token, ...rest] = fields as [Part, Part, ...Part[]];
      expect(await codeOf([token, ...rest, filePart('x')])).toBe('NOOP');
      expect(await codeOf([{ ...op, value: 'delete' }, filePart('x')])).toBe('BADOP');
      expect(await codeOf([op, { ...token, value: 'wrong' }, ...rest, filePart('x')])).toBe('AUTHFAIL');
      expect(await codeOf(fields)).toBe('MISSINGFILE');
    });
  });

  it('takes what mesibo’s sample apps send, when asked to', async () => {
    const sample = [
      { name: 'op', value: 'upload' },
      { name: 'token', value: TOKEN },
      { name: 'mid', value: '-5' },
      { name: 'profile', value: '0' },
      filePart('a cat'),
    ];
    await start({ authorise: tokenOnly });
    expect((await post(world.baseUrl, sample)).body.error).toBe('field-missing');
    await world.close();
    await start({ route: { lenientFields: true } });
    expect((await post(world.baseUrl, sample)).body).toEqual({ result: true, url: expect.any(String) });
    const late = await post(world.baseUrl, [...sample, { name: 'uid', value: '7' }]);
    expect({ status: late.status, error: late.body.error }).toEqual({ status: 400, error: 'field-wrong' });
  });
});
