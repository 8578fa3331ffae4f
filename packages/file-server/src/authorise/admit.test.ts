import type { Signer } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { bytesOf, device } from '../../test/signing/device.ts';
import { ALICE, BOB } from '../../test/signing/users.ts';
import { BASE, fileFacts, openWorld, type World, type WorldOptions } from '../../test/signing/world.ts';
import type { Authorise } from '../context/authorise.ts';
import { anyOf } from './any-of.ts';
import { issueToken } from './issue-token.ts';
import { signedTokens } from './signed-tokens.ts';
import { staticToken } from './static-token.ts';

const secret = { id: 'a', secret: 'a secret of at least thirty-two bytes' };
const STATIC = 'the-token-of-all-friends';
const EVERY = { upload: '/v1/uploads', sign: '/v1/uploads/sign', resume: '/v1/uploads/resume' } as const;

interface Watched extends World {
  /** Keys of the shares that were taken. */
  readonly taken: string[];
  /** Calls of the store. */
  readonly calls: string[];
}

/** A world that notes what its limiter and its store are asked. */
function watched(options: WorldOptions & { readonly most?: number } = {}): Watched {
  const { most = Number.POSITIVE_INFINITY, ...rest } = options;
  const taken: string[] = [];
  const calls: string[] = [];
  const world = openWorld({
    rateLimiter: {
      take: async (key) => {
        taken.push(key);
        return { allowed: taken.length <= most, retryAfter: 1000 };
      },
    },
    signer: (store) => noting(store.signer({ singleUpTo: 100, partSize: 100 }), calls),
    ...rest,
  });
  return { ...world, taken, calls };
}

function noting(signer: Signer, calls: string[]): Signer {
  return new Proxy(signer, {
    get: (target, name) => {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function' || name === 'owns' || name === 'keyOfUrl') return found;
      return (...given: unknown[]) => {
        calls.push(String(name));
        return Reflect.apply(found, target, given);
      };
    },
  });
}

const asked = (path: string, token: string | null, method = 'GET'): Request =>
  new Request(path, { method, ...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } }) });

async function withFile(world: Watched, uid: number = 7, secure: boolean = false): Promise<string> {
  const { url } = await device(world.store).upload(world.store.signer(), bytesOf(10), { uid, secure });
  world.taken.length = 0;
  world.calls.length = 0;
  return url;
}

const jwt = (uid: number): Promise<string> => issueToken({ secret, uid });

describe('the front of every operation', () => {
  const tokens: Authorise = signedTokens({ keys: { secrets: [secret] }, downloadPolicy: 'link' });

  it('takes from the share of the user that a token proves, whatever the request states', async () => {
    const world = watched({ authorise: tokens });
    const token = await jwt(7);
    const url = await withFile(world);
    await world.post('/v1/uploads', fileFacts({ uid: 0 }), { token });
    for (const path of Object.values(EVERY)) await world.post(path, { ticket: 'x' }, { token });
    await world.post('/v1/uploads/commit', { ticket: 'x' }, { token });
    await world.post('/v1/uploads/discard', { ticket: 'x' }, { token });
    await world.post('/v1/files/read', { url }, { token });
    await world.send(asked(url, token));
    await world.send(asked(url, token, 'DELETE'));
    expect(world.taken).toEqual([
      ...Array.from({ length: 6 }, () => 'sign:uid:7'),
      'download:uid:7',
      'download:uid:7',
      'remove:uid:7',
    ]);
  });

  it('takes from the share of the address where no token proves a user', async () => {
    const world = watched({
      authorise: anyOf(tokens, staticToken({ token: STATIC, downloadPolicy: 'link' })),
    });
    const url = await withFile(world);
    await world.send(asked(url, null), '2001:db8::1');
    await world.send(asked(url, 'nonsense'), '203.0.113.7');
    await world.send(asked(url, STATIC), '203.0.113.7');
    await world.send(asked(`${BASE}/v1/capabilities`, null), '203.0.113.7');
    expect(world.taken).toEqual([
      'download:address:2001:db8:0:0::/64',
      'download:address:203.0.113.7',
      'download:address:203.0.113.7',
      'sign:address:203.0.113.7',
    ]);
  });

  it('believes the address that its proxy adds, and no other', async () => {
    const world = watched({ authorise: tokens, addressHeader: 'X-Forwarded-For' });
    const request = asked(`${BASE}/files/mesibo/x`, null);
    request.headers.set('x-forwarded-for', '8.8.8.8, 203.0.113.7');
    await world.send(request, '10.0.0.1');
    expect(world.taken).toEqual(['download:address:203.0.113.7']);
  });

  it('asks no store for whom the limiter refuses', async () => {
    const world = watched({ authorise: tokens, most: 0 });
    const url = await withFile(world);
    const token = await jwt(7);
    const answers = [
      await world.send(asked(url, null)),
      await world.send(asked(url, token)),
      await world.send(asked(url, token, 'DELETE')),
      await world.post('/v1/files/read', { url }, { token }),
      await world.post('/v1/uploads', fileFacts(), { token }),
      await world.send(asked(`${BASE}/v1/capabilities`, null)),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 429));
    expect(world.calls).toEqual([]);
  });

  it('asks no store, and reads no body, for whom the credential alone decides', async () => {
    for (const authorise of [
      signedTokens({ keys: { secrets: [secret] } }),
      staticToken({ token: STATIC }),
      anyOf(staticToken({ token: STATIC }), signedTokens({ keys: { secrets: [secret] } })),
    ]) {
      const world = watched({ authorise });
      const url = await withFile(world);
      for (const token of [null, 'nonsense']) {
        for (const method of ['GET', 'DELETE']) {
          expect((await world.send(asked(url, token, method))).status).toBe(401);
        }
        const body = new ReadableStream({ pull: () => Promise.reject(new Error('the body was read')) });
        const headers = {
          'content-type': 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        };
        for (const path of ['/v1/uploads', '/v1/files/read', '/v1/files/remove']) {
          const request = new Request(BASE + path, {
            method: 'POST',
            headers,
            body,
            duplex: 'half',
          } as RequestInit);
          expect((await world.send(request)).status).toBe(401);
        }
      }
      expect(world.calls).toEqual([]);
    }
  });

  it('lets the request pass when the limiter fails, and tells', async () => {
    const world = watched({
      authorise: tokens,
      rateLimiter: { take: () => Promise.reject(new Error('redis is down')) },
    });
    expect((await world.send(asked(await withFile(world), null))).status).toBe(302);
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'fault', doing: 'rate limiter' }));
  });
});

describe('a stranger', () => {
  it.each(['GET', 'HEAD', 'DELETE'])(
    'is told the same of a missing file and of a protected one: %s',
    async (method) => {
      for (const authorise of [
        signedTokens({ keys: { secrets: [secret] }, downloadPolicy: 'link' }),
        staticToken({ token: STATIC, downloadPolicy: 'link', remove: true }),
      ]) {
        const world = watched({ authorise });
        const url = await withFile(world, 7, true);
        const { status, code, headers } = await world.send(asked(url, null, method));
        const missing = await world.send(asked(`${url}x`, null, method));
        expect([missing.status, missing.code]).toEqual([status, code]);
        expect(status).toBe(401);
        const names = (of: Headers): string[] => [...of.keys()];
        expect(names(missing.headers)).toEqual(names(headers));
      }
    },
  );

  it('who is known is told that a file is missing', async () => {
    const world = watched({ authorise: staticToken({ token: STATIC }) });
    const url = await withFile(world, 7, true);
    expect((await world.send(asked(`${url}x`, STATIC))).status).toBe(404);
  });
});

describe('the spellings of a URL', () => {
  it.each([
    ['escapes', (url: string) => url.replace('/mesibo/', '/%6desibo/')],
    ['upper case of scheme and host', (url: string) => url.replace('https://memory', 'HTTPS://MEMORY')],
    ['the default port', (url: string) => url.replace('.invalid/', '.invalid:443/')],
  ])('are decided on as one: %s', async (_, alias) => {
    const forbidden = new Set<string>();
    const world = watched();
    world.users.decide = (request, uid) =>
      'url' in request && (forbidden.has(request.url) || forbidden.has(request.key ?? ''))
        ? { allow: false, why: 'forbidden', reason: 'Not this one.' }
        : { allow: true, uid };
    const url = await withFile(world);
    expect((await world.post('/v1/files/read', { url: alias(url) }, ALICE)).status).toBe(200);
    forbidden.add(url);
    expect((await world.post('/v1/files/read', { url: alias(url) }, ALICE)).status).toBe(403);
    forbidden.clear();
    forbidden.add(decodeURIComponent(url.slice(`${BASE}/files/`.length)));
    expect((await world.post('/v1/files/remove', { url: alias(url) }, BOB)).status).toBe(403);
  });
});

describe('every refusal', () => {
  it('is told of: who, what and why, and no secret', async () => {
    const world = watched({
      authorise: signedTokens({ keys: { secrets: [secret] }, downloadPolicy: 'link' }),
    });
    const url = await withFile(world, 7, true);
    const key = decodeURIComponent(url.slice(`${BASE}/files/`.length));
    const token = await jwt(8);
    await world.send(asked(url, token, 'DELETE'), '203.0.113.7');
    await world.send(asked(url, 'stolen-and-long-expired'), '203.0.113.7');
    await world.post('/v1/uploads', fileFacts({ uid: 5 }), { token });
    const refusals = world.events.filter(({ type }) => type === 'refused');
    expect(refusals).toMatchObject([
      { route: 'files', method: 'DELETE', uid: 8, address: '203.0.113.7', key, code: 'forbidden' },
      { route: 'files', method: 'GET', uid: null, address: '203.0.113.7', key, code: 'unauthorised' },
      { route: 'begin', uid: 8, key: null, code: 'forbidden' },
    ]);
    expect(JSON.stringify(refusals)).not.toMatch(/stolen|eyJ/);
  });
});
