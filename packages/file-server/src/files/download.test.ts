import { afterEach, describe, expect, it } from 'vitest';
import { ask, bearer, stored } from '../../test/wire/downloads.ts';
import { exchange } from '../../test/wire/raw.ts';
import { startWorld, TOKEN, tokenOnly, type World, type WorldOptions } from '../../test/wire/world.ts';

let world: World;
afterEach(() => world.close());

const asPages = {
  via: 'fetch',
  of: (): typeof fetch => (input, init) => world.server.fetch(new Request(input, init)),
};
const onSockets = { via: 'sockets', of: (): typeof fetch => fetch };

describe.each([onSockets, asPages])('a streamed file, by $via', ({ of }) => {
  const fetched = (url: string, init: RequestInit = {}): Promise<Response> => of()(url, init);

  it('comes with its name, its type and what protects the browser', async () => {
    world = await startWorld({ downloads: 'stream' });
    const url = await stored(world, 'a cat', 'Kätze.jpg');
    const answer = await fetched(url);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('a cat');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '5',
      'content-disposition': expect.stringMatching(/^inline; .*filename\*=UTF-8''K%C3%A4tze\.jpg$/),
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/^default-src 'none';.*sandbox$/),
      'referrer-policy': 'no-referrer',
      etag: expect.stringMatching(/^"[^"]+"$/),
    });
  });

  it.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/xml'])(
    'of type %s is downloaded, never shown',
    async (type) => {
      world = await startWorld({ downloads: 'stream' });
      const answer = await fetched(await stored(world, '<script>', 'x', type));
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
      await answer.text();
    },
  );

  it.each(['text/javascript', 'application/javascript', 'application/wasm'])(
    'of type %s is never named so, and comes from no bucket',
    async (type) => {
      world = await startWorld({ downloads: 'redirect' });
      const answer = await fetched(await stored(world, 'alert(1)', 'x.js', type), { redirect: 'manual' });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      await answer.text();
    },
  );

  it.each(['script', 'worker', 'serviceworker', 'style', 'xslt'])(
    'is nothing that a page runs: as a %s it is refused, whatever its type',
    async (destination) => {
      world = await startWorld({ downloads: 'redirect' });
      const url = await stored(world, 'alert(1)', 'x.txt', 'text/plain');
      const answer = await fetched(url, { redirect: 'manual', headers: { 'sec-fetch-dest': destination } });
      expect(answer.status).toBe(403);
    },
  );

  it('is shown by pages of the same site alone, unless others may call', async () => {
    world = await startWorld({ downloads: 'stream' });
    const policy = async (): Promise<string | null> => {
      const answer = await fetched(await stored(world, 'a cat'));
      await answer.text();
      return answer.headers.get('cross-origin-resource-policy');
    };
    expect(await policy()).toBe('same-site');
    await world.close();
    world = await startWorld({ downloads: 'stream', origins: ['https://app.example.com'] });
    expect(await policy()).toBe('cross-origin');
  });

  it('is answered in part, or not at all, as the request says', async () => {
    world = await startWorld({ downloads: 'stream' });
    const url = await stored(world, '0123456789');
    const etag = (await fetched(url, { method: 'HEAD' })).headers.get('etag') ?? '';
    const cases: [Record<string, string>, number, string, string | null][] = [
      [{ range: 'bytes=2-5' }, 206, '2345', 'bytes 2-5/10'],
      [{ range: 'bytes=-3' }, 206, '789', 'bytes 7-9/10'],
      [{ range: 'bytes=8-100' }, 206, '89', 'bytes 8-9/10'],
      [{ range: 'bytes=2-5', 'if-range': etag }, 206, '2345', 'bytes 2-5/10'],
      [{ range: 'bytes=2-5', 'if-range': '"other"' }, 200, '0123456789', null],
      [{ range: 'bytes=2-5', 'if-range': 'Fri, 20 Nov 2026 12:00:00 GMT' }, 200, '0123456789', null],
      [{ range: 'bytes=10-' }, 416, '', 'bytes */10'],
      [{ range: 'bytes=0-1,4-5' }, 200, '0123456789', null],
      [{ range: 'lines=1-2' }, 200, '0123456789', null],
      [{ range: 'bytes=5-2' }, 416, '', 'bytes */10'],
      [{ range: 'rubbish' }, 200, '0123456789', null],
      [{ 'if-none-match': etag }, 304, '', null],
      [{ 'if-none-match': `"x", W/${etag}` }, 304, '', null],
      [{ 'if-none-match': '*' }, 304, '', null],
      [{ 'if-none-match': '"x"' }, 200, '0123456789', null],
      [{ 'if-match': etag }, 200, '0123456789', null],
      [{ 'if-match': '*' }, 200, '0123456789', null],
    ];
    for (const [headers, status, text, range] of cases) {
      const answer = await fetched(url, { headers });
      const body = await answer.text();
      const bytes = answer.status === 416 ? '' : body;
      const seen = [answer.status, bytes, answer.headers.get('content-range')];
      expect([headers, ...seen]).toEqual([headers, status, text, range]);
      if (status === 416)
        expect(JSON.parse(body)).toMatchObject({ error: { code: 'range-not-satisfiable' } });
      else expect(answer.headers.get('etag')).toBe(etag);
    }
    const changed = await fetched(url, { headers: { 'if-match': '"x"' } });
    expect({ status: changed.status, body: await changed.json() }).toMatchObject({
      status: 412,
      body: { error: { code: 'object-changed' } },
    });
  });

  it('is described to HEAD', async () => {
    world = await startWorld();
    const url = await stored(world, '0123456789');
    const head = await fetched(url, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('10');
    expect(head.headers.get('content-type')).toBe('image/jpeg');
    expect(await head.text()).toBe('');
  });

  it('that is empty is empty', async () => {
    world = await startWorld({ downloads: 'stream' });
    const answer = await fetched(await stored(world, ''));
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
      200,
      '0',
      '',
    ]);
  });

  it('that is protected needs a token, in a header or in the query, and is kept by no cache', async () => {
    const protect: WorldOptions['authorise'] = (request, signal) =>
      request.action === 'upload' ? { allow: true, secure: true } : tokenOnly(request, signal);
    world = await startWorld({ downloads: 'stream', authorise: protect });
    const url = await stored(world, 'a secret');
    const refused = await fetched(url);
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
      status: 401,
      body: { error: { code: 'unauthorised' } },
    });
    expect((await fetched(`${url}?auth=wrong`)).status).toBe(401);
    for (const init of [
      { url, headers: bearer },
      { url: `${url}?auth=${TOKEN}`, headers: {} },
    ]) {
      const answer = await fetched(init.url, { headers: init.headers });
      expect(await answer.text()).toBe('a secret');
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
    }
    expect(JSON.stringify(world.events)).not.toContain(TOKEN);
  });

  it('can be removed by whoever may', async () => {
    world = await startWorld();
    const url = await stored(world, 'a cat');
    expect((await fetched(url, { method: 'DELETE' })).status).toBe(401);
    expect(await world.keys()).toHaveLength(1);
    const removed = await fetched(url, { method: 'DELETE', headers: bearer });
    expect([removed.status, await removed.text()]).toEqual([204, '']);
    expect(await world.keys()).toEqual([]);
    const again = await fetched(url, { method: 'DELETE', headers: bearer });
    expect({ status: again.status, body: await again.json() }).toMatchObject({
      status: 404,
      body: { error: { code: 'object-not-found' } },
    });
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'removed' }));
  });
});

describe('what is no file', () => {
  it.each([
    '/files/',
    '/files',
    '/files/mesibo/0/2026/11/none/x',
    '/files/other/x',
    '/files/mesibo/%00',
    '/files/mesibo/%zz',
    '/files/mesibo/%',
    '/files/mesibo/%2e%2e/x',
    '/files/mesibo/../../etc/passwd',
    '/files/mesibo//x',
    '/files/mesibo/a%2fb',
    '/files/mesibo/%c3%28',
    '/files/mesibo/x\\y',
    `/files/mesibo/${'x'.repeat(10_000)}`,
    `/files/mesibo/${'%41'.repeat(3000)}`,
    '/files/mesibo/x?auth=%zz&via=%',
    '/files/mesibo/"<>`',
  ])('%s is not found, by any method', async (path) => {
    world = await startWorld();
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      const request = `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;
      const answer = await exchange(world.port, [request]);
      expect([method, answer.slice(0, 13)]).toEqual([method, expect.stringMatching(/^HTTP\/1\.1 40[014] $/)]);
    }
    expect(world.events.filter(({ type }) => type === 'fault')).toEqual([]);
  });

  it('is told so with a stable code', async () => {
    world = await startWorld();
    const answer = await ask(`${world.baseUrl}/files/elsewhere/x`);
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 404,
      body: { error: { code: 'object-not-found' } },
    });
  });

  it('another method is refused', async () => {
    world = await startWorld();
    const answer = await ask(`${world.baseUrl}/files/mesibo/x`, {}, 'PUT');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, expect.stringContaining('GET')]);
  });
});
