import type { Signer } from '@mesibo-files/handler-core';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, bearer, stored, textOf } from '../../test/wire/downloads.ts';
import { googleSigner } from '../../test/wire/google.ts';
import { startWorld, TOKEN, tokenOnly, type World } from '../../test/wire/world.ts';

let world: World;
afterEach(() => world.close());

/** Follows a redirect as a client does that sends everything along, whatever the host. */
async function followForwarding(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const first = await ask(url, headers);
  const location = first.headers.get('location');
  return location === null ? first : ask(location, headers);
}

describe('a redirect', () => {
  it('leads to a signed URL that serves the bytes, and is kept by no cache', async () => {
    world = await startWorld();
    const url = await stored(world, 'a cat');
    const answer = await ask(url);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const location = answer.headers.get('location') ?? '';
    expect(location.startsWith(world.cloud.s3.endpoint)).toBe(true);
    expect(location).not.toContain(TOKEN);
    expect(await textOf(fetch(url))).toBe('a cat');
    expect(await textOf(fetch(`${url}?auth=${TOKEN}`))).toBe('a cat');
    expect(JSON.stringify(world.events)).not.toContain('X-Amz-Signature');
  });

  it('is not made for a client that might take its Authorization along, which the store refuses', async () => {
    world = await startWorld();
    const url = await stored(world, 'a cat');
    // Proof that there is something to refuse.
    const spoilt = await followForwarding(`${url}?via=redirect`, bearer);
    expect(spoilt.status).toBe(400);
    expect(await spoilt.text()).toContain('Only one auth mechanism allowed');
    const answer = await followForwarding(url, bearer);
    expect([answer.status, await answer.text()]).toEqual([200, 'a cat']);
    expect(await textOf(followForwarding(url, { authorization: 'Basic eDp5' }))).toBe('a cat');
    // A client that keeps to the Fetch standard drops it.
    expect(await textOf(fetch(`${url}?via=redirect`, { headers: bearer }))).toBe('a cat');
  });

  it('to a protected file needs a token, and no cache keeps what it leads to, whatever the owner lets caches do', async () => {
    let secure = false;
    world = await startWorld({
      s3: { cacheControl: 'public, max-age=31536000, immutable' },
      authorise: (request, signal) =>
        request.action === 'upload' ? { allow: true, secure } : tokenOnly(request, signal),
    });
    const open = await fetch(await stored(world, 'a cat'));
    expect([open.url.startsWith(world.cloud.s3.endpoint), open.headers.get('cache-control')]).toEqual([
      true,
      'public, max-age=31536000, immutable',
    ]);
    secure = true;
    const url = await stored(world, 'a secret');
    expect((await ask(url)).status).toBe(401);
    const answer = await ask(`${url}?auth=${TOKEN}`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'private, no-store']);
    const file = await fetch(answer.headers.get('location') ?? '');
    expect([await file.text(), file.headers.get('cache-control')]).toEqual(['a secret', 'private, no-store']);
  });

  it('is a matter of each request', async () => {
    world = await startWorld();
    const url = await stored(world, 'a cat');
    expect(await textOf(ask(`${url}?via=stream`))).toBe('a cat');
    await world.close();
    world = await startWorld({ downloads: 'stream' });
    const other = await stored(world, 'a dog');
    expect((await ask(`${other}?via=redirect`)).status).toBe(302);
    expect((await ask(other)).status).toBe(200);
  });

  it('gives way to the bytes where the signed request needs a header', async () => {
    world = await startWorld({
      signer: (own) => ({ ...own, read: (url, { signal }) => own.read(url, { signal }) }),
    });
    expect(await textOf(ask(await stored(world, 'a cat')))).toBe('a cat');
  });

  it('is not needed by who has the bytes already', async () => {
    world = await startWorld();
    const url = await stored(world, 'a cat');
    const etag = (await ask(url, {}, 'HEAD')).headers.get('etag') ?? '';
    expect((await ask(url, { 'if-none-match': etag })).status).toBe(304);
  });
});

describe('links in old messages', () => {
  it.each(['stream', 'redirect'] as const)('work after a change of provider, by %s', async (downloads) => {
    let now: Signer | null = null;
    let s3: Signer | null = null;
    world = await startWorld({
      downloads,
      // The server begins with S3, and goes over to Google.
      signer: (own, publicUrl, cloud) => {
        s3 = own;
        const later = googleSigner(cloud, publicUrl);
        return {
          ...own,
          begin: (facts, call) => (now ?? own).begin(facts, call),
          commit: (ticket, manifest, call) => (now ?? own).commit(ticket, manifest, call),
          sign: (ticket, wanted, call) => (now ?? own).sign(ticket, wanted, call),
          capabilities: (call) => (now ?? own).capabilities(call),
          read: (url, call) => later.read(url, call),
          remove: (url, call) => later.remove(url, call),
        };
      },
      older: (_cloud, _publicUrl) => {
        const own = s3;
        return own === null ? [] : [own];
      },
    });
    const old = await stored(world, 'from S3');
    now = googleSigner(world.cloud, `${world.baseUrl}/files`);
    const young = await stored(world, 'from Google');
    expect(await world.keys()).toHaveLength(1);
    expect([await textOf(fetch(old)), await textOf(fetch(young))]).toEqual(['from S3', 'from Google']);
    expect((await ask(old, bearer, 'DELETE')).status).toBe(204);
    expect(await world.keys()).toEqual([]);
    expect((await ask(old)).status).toBe(404);
    expect(await textOf(fetch(young))).toBe('from Google');
  });
});
