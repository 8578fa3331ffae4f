import type { Signer, Source } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { bytesOf, device } from '../../test/signing/device.ts';
import { ALICE } from '../../test/signing/users.ts';
import { BASE, fileFacts, openWorld, type WorldOptions } from '../../test/signing/world.ts';

describe('begin', () => {
  it('keeps what the owner says with the file, and not what the client says', async () => {
    const { store, users, client } = openWorld();
    users.decide = () => ({ allow: true, uid: 77, secure: true });
    const { key, sender } = await device(store).upload(client().signer, bytesOf(5), { uid: 1, mid: 2n });
    expect(sender).toEqual({ uid: 77, mid: '2', source: 100, secure: true });
    expect(store.objects.inspect(key)?.meta).toMatchObject({
      mesibouid: '77',
      mesibomid: '2',
      mesibosecure: '1',
    });
  });

  it('refuses a file that is larger than the server or the owner allows', async () => {
    const world = openWorld({ limits: { maxFileSize: 1_000 } });
    const over = await world.post('/v1/uploads', fileFacts({ size: 1_001 }));
    expect([over.status, over.code]).toEqual([413, 'file-too-large']);
    expect((await world.post('/v1/uploads', fileFacts({ size: 1_000 }))).status).toBe(200);
    world.users.decide = (_, uid) => ({ allow: true, uid, maxSize: 500 });
    const more = await world.post('/v1/uploads', fileFacts({ size: 501 }));
    expect([more.status, more.code]).toEqual([413, 'file-too-large']);
    expect((await world.post('/v1/uploads', fileFacts({ size: 500 }))).status).toBe(200);
    expect(world.store.unfinished()).toBe(2);
  });

  it('bounds a stream by the least of what the client, the server and the owner say', async () => {
    const given: (number | null)[] = [];
    const signer: WorldOptions['signer'] = (store) => {
      const strict = store.signer();
      const begin: Signer['begin'] = (file, call) => {
        given.push(file.maxSize);
        return strict.begin(file, call);
      };
      return { ...strict, begin };
    };
    const world = openWorld({ signer, limits: { maxFileSize: 10_000 } });
    for (const maxSize of [null, 20_000, 700]) await world.begin({ size: null, maxSize });
    world.users.decide = (_, uid) => ({ allow: true, uid, maxSize: 500 });
    for (const maxSize of [null, 700, 300]) await world.begin({ size: null, maxSize });
    expect(given).toEqual([10_000, 10_000, 700, 500, 500, 300]);
    expect(world.users.asked.map((request) => 'maxSize' in request && request.maxSize)).toEqual([
      10_000, 10_000, 700, 10_000, 700, 300,
    ]);
  });

  it('of a stream that turns out larger than allowed is refused, and nothing is kept', async () => {
    const { store, client, users } = openWorld();
    users.decide = (_, uid) => ({ allow: true, uid, maxSize: 500 });
    const stream = (size: number): Source => ({
      facts: { name: 'x.bin', size: null, fingerprint: null },
      replayable: false,
      read: async (offset, into) => {
        const bytes = bytesOf(size).subarray(offset, offset + into.length);
        into.set(bytes);
        return bytes.length;
      },
      unchanged: async () => true,
      close: async () => undefined,
    });
    const one = device(store);
    await expect(one.upload(client().signer, new Uint8Array(), { from: stream(501) })).rejects.toMatchObject({
      code: 'file-too-large',
    });
    expect([store.objects.keys(), store.unfinished()]).toEqual([[], 0]);
    expect((await one.upload(client().signer, new Uint8Array(), { from: stream(500) })).size).toBe(500);
  });

  it('tells the store which page will send, where that page may', async () => {
    const given: unknown[] = [];
    const signer: WorldOptions['signer'] = (store) => {
      const strict = store.signer();
      const begin: Signer['begin'] = (file, call) => {
        given.push(call.origin);
        return strict.begin(file, call);
      };
      return { ...strict, begin };
    };
    const page = 'https://chat.example.com';
    const { send } = openWorld({ signer, origins: [page] });
    for (const origin of [page, 'https://evil.example.com', null]) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${ALICE.token}` };
      const { status } = await send(
        new Request(`${BASE}/v1/uploads`, {
          method: 'POST',
          headers: origin === null ? headers : { ...headers, origin },
          body: JSON.stringify(fileFacts()),
        }),
      );
      expect(status).toBe(200);
    }
    expect(given).toEqual([page, undefined, undefined]);
  });

  it('takes a rate of the user that the token proves, and tells when to come again', async () => {
    const taken: string[] = [];
    const world = openWorld({
      rateLimiter: {
        take: async (key) => {
          taken.push(key);
          return { allowed: taken.length < 3, retryAfter: 1_500 };
        },
      },
    });
    const { ticket } = await world.begin({ uid: 99, size: 300 });
    const sign = { ticket, parts: [{ number: 1, size: 100, digests: { crc32: 'AAAAAA==' } }] };
    expect((await world.post('/v1/uploads/sign', sign)).status).toBe(200);
    const refused = await world.post('/v1/uploads', fileFacts({ uid: 99 }));
    expect([refused.status, refused.code, refused.headers.get('retry-after')]).toEqual([
      429,
      'rate-limited',
      '2',
    ]);
    // The owner's function tells who it is only when it is asked; from then on the token is known.
    expect(taken).toEqual(['sign:address:unknown', 'sign:uid:1', 'sign:uid:1']);
    expect(world.events.filter(({ type }) => type === 'request')).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ uid: ALICE.uid })),
    );
  });

  it('asks nobody but the owner what it may do', async () => {
    const world = openWorld();
    world.users.decide = () => ({ allow: false, why: 'forbidden', reason: 'Files are not for you.' });
    const answer = await world.post('/v1/uploads', fileFacts());
    expect([answer.status, answer.body]).toEqual([
      403,
      { error: expect.objectContaining({ code: 'forbidden', message: 'Files are not for you.' }) },
    ]);
    expect(world.store.unfinished()).toBe(0);
  });

  it('is 503 where the owner does not answer, and nothing is begun', async () => {
    for (const authorise of [() => Promise.reject(new Error('the database is down')), () => null as never]) {
      const world = openWorld({ authorise });
      const answer = await world.post('/v1/uploads', fileFacts());
      expect([answer.status, answer.code]).toEqual([503, 'authorise-failed']);
      expect(answer.text).not.toContain('database');
      expect(world.store.unfinished()).toBe(0);
    }
  });
});
