import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createRuntime, type HttpPort, type Signer, TransferError } from '@mesibo-files/handler-core';
import { manualClock } from '@mesibo-files/handler-core/memory';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import { afterEach, describe, expect, it } from 'vitest';
import { bareSigner } from '../../test/wire/bare-signer.ts';
import { filePart, fiveFields, post } from '../../test/wire/forms.ts';
import { googleSigner } from '../../test/wire/google.ts';
import { exchange } from '../../test/wire/raw.ts';
import { until } from '../../test/wire/settled.ts';
import { startWorld, TOKEN, tokenOnly, type World, type WorldOptions } from '../../test/wire/world.ts';

const MIB = 1024 * 1024;
const bearer = { authorization: `Bearer ${TOKEN}` };

let world: World;
afterEach(() => world.close());

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld({ signer: bareSigner, ...options });
}

async function stored(bytes: string | Uint8Array, name = 'cat.jpg', type = 'image/jpeg'): Promise<string> {
  const { body } = await post(world.baseUrl, [...fiveFields(), filePart(bytes, name, type)]);
  return String(body.url);
}

async function ask(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Response> {
  return fetch(url, { method, headers, redirect: 'manual' });
}

async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text();
}

/** Follows a redirect as a client does that sends everything along, whatever the host. */
async function followForwarding(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const first = await ask(url, headers);
  const location = first.headers.get('location');
  return location === null ? first : ask(location, headers);
}

const asPages = {
  via: 'fetch',
  of: (): typeof fetch => (input, init) => world.server.fetch(new Request(input, init)),
};
const onSockets = { via: 'sockets', of: (): typeof fetch => fetch };

describe.each([onSockets, asPages])('a streamed file, by $via', ({ of }) => {
  const fetched = (url: string, init: RequestInit = {}): Promise<Response> => of()(url, init);

  it('comes with its name, its type and what protects the browser', async () => {
    await start({ downloads: 'stream' });
    const url = await stored('a cat', 'Kätze.jpg');
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
      await start({ downloads: 'stream' });
      const answer = await fetched(await stored('<script>', 'x', type));
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
      await answer.text();
    },
  );

  it('is answered in part, or not at all, as the request says', async () => {
    await start({ downloads: 'stream' });
    const url = await stored('0123456789');
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
    await start();
    const url = await stored('0123456789');
    const head = await fetched(url, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('10');
    expect(head.headers.get('content-type')).toBe('image/jpeg');
    expect(await head.text()).toBe('');
  });

  it('that is empty is empty', async () => {
    await start({ downloads: 'stream' });
    const answer = await fetched(await stored(''));
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
      200,
      '0',
      '',
    ]);
  });

  it('that is protected needs a token, in a header or in the query, and is kept by no cache', async () => {
    const protect: WorldOptions['authorise'] = (request, signal) =>
      request.action === 'upload' ? { allow: true, secure: true } : tokenOnly(request, signal);
    await start({ downloads: 'stream', authorise: protect });
    const url = await stored('a secret');
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
    await start();
    const url = await stored('a cat');
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

describe('a redirect', () => {
  it('leads to a signed URL that serves the bytes, and is kept by no cache', async () => {
    await start();
    const url = await stored('a cat');
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
    await start();
    const url = await stored('a cat');
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

  it('is a matter of each request', async () => {
    await start();
    const url = await stored('a cat');
    expect(await textOf(ask(`${url}?via=stream`))).toBe('a cat');
    await world.close();
    await start({ downloads: 'stream' });
    const other = await stored('a dog');
    expect((await ask(`${other}?via=redirect`)).status).toBe(302);
    expect((await ask(other)).status).toBe(200);
  });

  it('gives way to the bytes where the signed request needs a header', async () => {
    await start({ signer: (own) => ({ ...own, read: (url, { signal }) => own.read(url, { signal }) }) });
    expect(await textOf(ask(await stored('a cat')))).toBe('a cat');
  });

  it('is not needed by who has the bytes already', async () => {
    await start();
    const url = await stored('a cat');
    const etag = (await ask(url, {}, 'HEAD')).headers.get('etag') ?? '';
    expect((await ask(url, { 'if-none-match': etag })).status).toBe(304);
  });
});

describe('links in old messages', () => {
  it.each(['stream', 'redirect'] as const)('work after a change of provider, by %s', async (downloads) => {
    let now: Signer | null = null;
    let s3: Signer | null = null;
    await start({
      downloads,
      // The server begins with S3, and goes over to Google.
      signer: (own, publicUrl, cloud) => {
        s3 = bareSigner(own, publicUrl, cloud);
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
    const old = await stored('from S3');
    now = googleSigner(world.cloud, `${world.baseUrl}/files`);
    const young = await stored('from Google');
    expect(await world.keys()).toHaveLength(1);
    expect([await textOf(fetch(old)), await textOf(fetch(young))]).toEqual(['from S3', 'from Google']);
    expect((await ask(old, bearer, 'DELETE')).status).toBe(204);
    expect(await world.keys()).toEqual([]);
    expect((await ask(old)).status).toBe(404);
    expect(await textOf(fetch(young))).toBe('from Google');
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
    await start();
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      const request = `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;
      const answer = await exchange(world.port, [request]);
      expect([method, answer.slice(0, 13)]).toEqual([method, expect.stringMatching(/^HTTP\/1\.1 40[04] $/)]);
    }
    expect(world.events.filter(({ type }) => type === 'fault')).toEqual([]);
  });

  it('is told so with a stable code', async () => {
    await start();
    const answer = await ask(`${world.baseUrl}/files/elsewhere/x`);
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 404,
      body: { error: { code: 'object-not-found' } },
    });
  });

  it('another method is refused', async () => {
    await start();
    const answer = await ask(`${world.baseUrl}/files/mesibo/x`, {}, 'PUT');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, expect.stringContaining('GET')]);
  });
});

describe('a long download', () => {
  it('is held back by a slow client, byte for byte, and ends when it stands still', async () => {
    const clock = manualClock(Date.now());
    let taken = 0;
    const http = counting((bytes) => {
      taken += bytes;
    });
    const runtime = createRuntime({ ports: { clock, http } });
    await start({ runtime, downloads: 'stream', limits: { idleTimeout: 1000 } });
    const url = await stored(randomBytes(48 * MIB));
    const sockets: Socket[] = [];
    world.http.on('connection', (one) => sockets.push(one));
    const { pathname } = new URL(url);
    const socket = connect(world.port, '127.0.0.1');
    socket.write(`GET ${pathname} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await once(socket, 'readable');
    let before = -1;
    let still = 0;
    await until(() => {
      still = taken === before ? still + 1 : 0;
      before = taken;
      return still > 100 && sockets.some(({ writableLength }) => writableLength > 0);
    });
    expect(taken).toBeLessThan(40 * MIB);
    await until(async () => {
      await clock.advance(1100);
      return world.events.some((event) => event.type === 'request' && event.route === 'files');
    });
    expect(world.events.filter(({ type }) => type === 'fault')).toEqual([]);
    socket.destroy();
  });

  it('ends in a broken connection when the store breaks off', async () => {
    const runtime = createRuntime({ ports: { http: breakingOff(1) } });
    await start({ runtime, downloads: 'stream' });
    const url = await stored(randomBytes(5 * MIB));
    const [answer] = (await once(get(url), 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    await expect(answer.toArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await until(() => world.events.some((event) => event.type === 'fault'));
  });

  it('is a failure that is told, when the store has not sent a byte', async () => {
    const runtime = createRuntime({ ports: { http: breakingOff(0) } });
    await start({ runtime, downloads: 'stream' });
    const answer = await ask(await stored('a cat'));
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 502,
      body: { error: { code: 'network', retryable: true } },
    });
  });

  it('comes whole', async () => {
    await start({ downloads: 'stream' });
    const bytes = randomBytes(21 * MIB + 3);
    const url = await stored(bytes);
    const answer = await fetch(url);
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), bytes)).toBe(0);
    const part = await fetch(url, { headers: { range: `bytes=${10 * MIB}-${20 * MIB}` } });
    const cut = bytes.subarray(10 * MIB, 20 * MIB + 1);
    expect(Buffer.compare(Buffer.from(await part.arrayBuffer()), cut)).toBe(0);
  });
});

function counting(onBytes: (bytes: number) => void): HttpPort {
  return changed(
    (answer) => (onChunk) =>
      answer.consume((chunk) => {
        onBytes(chunk.length);
        return onChunk(chunk);
      }),
  );
}

/** Breaks off after so many chunks. */
function breakingOff(after: number): HttpPort {
  return changed((answer) => async (onChunk) => {
    let left = after;
    await answer.consume((chunk) => {
      left -= 1;
      if (left < 0) throw new TransferError('network', 'the store broke off');
      return onChunk(chunk);
    });
  });
}

type Answer = Awaited<ReturnType<HttpPort['send']>>;

function changed(consume: (answer: Answer) => Answer['consume']): HttpPort {
  const http = nodeHttp();
  return {
    send: async (request) => {
      const answer = await http.send(request);
      return request.method === 'GET' ? { ...answer, consume: consume(answer) } : answer;
    },
  };
}
