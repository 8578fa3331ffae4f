import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { credential, objectRequest, signal, uploadRequest } from '../../test/authorise/requests.ts';
import { ask } from './ask.ts';
import { askBackend } from './ask-backend.ts';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function backend(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server = createServer(async (request, response) => answer(request, response, await text(request)));
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/decide`;
}

const answering = (body: string, status = 200): Promise<string> =>
  backend((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
  });

describe('a backend that is asked', () => {
  it('gets the facts and the credential, and decides', async () => {
    const seen: { headers: IncomingMessage['headers']; body: unknown }[] = [];
    const url = await backend((request, response, body) => {
      seen.push({ headers: request.headers, body: JSON.parse(body) });
      const decision = { allow: true, uid: 9, maxSize: 5, secure: true, more: 'ignored' };
      response.setHeader('connection', 'close').end(JSON.stringify(decision));
    });
    const authorise = askBackend({ url, headers: { 'x-secret': 'of this server' }, forward: ['cookie'] });
    const fields = new Map([['ts', '1767355200']]);
    const shown = credential('token', { cookie: 'a=b', other: 'c' });
    const upload = uploadRequest('token', { credential: shown, fields });
    expect(await authorise(upload, signal)).toEqual({ allow: true, uid: 9, maxSize: 5, secure: true });
    await authorise(objectRequest(null, { uid: 8 }), signal);
    expect(seen[0]?.headers['x-secret']).toBe('of this server');
    expect(seen.map(({ body }) => body)).toEqual([
      {
        action: 'upload',
        via: 'upload-url',
        token: 'token',
        headers: { cookie: 'a=b' },
        uid: 7,
        mid: '18446744073709551615',
        source: 0,
        size: 11,
        maxSize: 1000,
        contentType: 'image/jpeg',
        name: 'cat.jpg',
        secure: false,
        fields: { ts: '1767355200' },
      },
      {
        action: 'download',
        key: 'mesibo/0/cat.jpg',
        token: null,
        headers: { cookie: null },
        url: objectRequest(null).url,
        object: {
          size: 11,
          contentType: 'image/jpeg',
          name: 'cat.jpg',
          sender: { uid: 8, mid: '1', source: 0, secure: false },
        },
      },
    ]);
  });

  it('refuses, with its own reason or without', async () => {
    const full = '{"allow":false,"why":"sign-in","reason":"Sign in again."}';
    const signIn = await askBackend({ url: await answering(full) })(uploadRequest('t'), signal);
    expect(signIn).toEqual({ allow: false, why: 'sign-in', reason: 'Sign in again.' });
    const short = await askBackend({ url: await answering('{"allow":false}') })(uploadRequest('t'), signal);
    expect(short).toMatchObject({ allow: false, why: 'forbidden' });
  });

  it.each([
    ['no JSON', 'yes', 200],
    ['nothing', '', 200],
    ['no decision', '{}', 200],
    ['nearly a yes', '{"allow":"true"}', 200],
    ['a yes with a uid that is none', '{"allow":true,"uid":"7"}', 200],
    ['a yes with status 500', '{"allow":true}', 500],
    ['a yes with status 204', '', 204],
    ['more than any decision has', `{"allow":true,"padding":"${'x'.repeat(70_000)}"}`, 200],
  ])('that answers %s allows nothing: 503', async (_what, body, status) => {
    const authorise = askBackend({ url: await answering(body, status) });
    await expect(ask(authorise, uploadRequest('t'), signal)).rejects.toMatchObject({
      code: 'authorise-failed',
    });
  });

  it('is not followed elsewhere', async () => {
    const target = await answering('{"allow":true}');
    const url = await backend((_request, response) => {
      response.writeHead(307, { location: target, connection: 'close' }).end();
    });
    const asked = ask(askBackend({ url }), uploadRequest('t'), signal);
    await expect(asked).rejects.toMatchObject({ code: 'authorise-failed' });
  });

  it('that does not answer in time, or is not there, allows nothing', async () => {
    const silent = await backend((_request, response) => {
      response.setHeader('connection', 'close').flushHeaders();
    });
    const slow = ask(askBackend({ url: silent, timeout: 50 }), uploadRequest('t'), signal);
    await expect(slow).rejects.toMatchObject({ code: 'authorise-failed' });
    servers.at(-1)?.closeAllConnections();
    const gone = ask(askBackend({ url: 'http://127.0.0.1:1/' }), uploadRequest('t'), signal);
    await expect(gone).rejects.toMatchObject({ code: 'authorise-failed' });
  });

  it('is not waited for when the client has gone', async () => {
    const url = await backend((_request, response) => {
      response.setHeader('connection', 'close').flushHeaders();
    });
    const gone = new AbortController();
    const asked = ask(askBackend({ url }), uploadRequest('t'), gone.signal);
    gone.abort();
    await expect(asked).rejects.toMatchObject({ code: 'stopped' });
    servers.at(-1)?.closeAllConnections();
  });

  it('has an address', () => {
    expect(() => askBackend({ url: 'nowhere', timeout: 0 })).toThrow(/url.*timeout/);
    expect(() => askBackend({ url: 'file:///etc/passwd' })).toThrow(/url/);
  });
});
