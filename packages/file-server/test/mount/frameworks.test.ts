import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRuntime } from '@mesibo-files/handler-core';
import { type MemoryStore, memoryStore } from '@mesibo-files/handler-core/testing';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { staticToken } from '../../src/authorise/static-token.ts';
import { type NodeFileServer, nodeFileServer } from '../../src/node/node-file-server.ts';
import { withPublicUrl } from '../node/public-url.ts';

const BASE = 'https://app.test/mesibo';
const TOKEN = 'the-token-of-these-tests';

let store: MemoryStore;
let files: NodeFileServer;
let servers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  store = memoryStore();
  files = nodeFileServer({
    baseUrl: BASE,
    signer: withPublicUrl(store.signer(), store.baseUrl, `${BASE}/files`),
    authorise: staticToken({ token: TOKEN }),
    ticketKeys: [{ id: 'a', secret: 'the secret of the tickets in tests' }],
    runtime: createRuntime({ ports: { http: store.http } }),
    log: 'silent',
  });
});

afterEach(async () => {
  await Promise.all(servers.map((close) => close()));
  servers = [];
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Looks whether it is alive, and uploads by the upload URL. */
async function use(origin: string): Promise<void> {
  const health = await fetch(`${origin}/mesibo/healthz`, { headers: { connection: 'close' } });
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
  const form = new FormData();
  const fields = { op: 'upload', auth: TOKEN, uid: '7', mid: '1', source: '0' };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('photo', new Blob(['x'.repeat(100_000)], { type: 'image/jpeg' }), 'cat.jpg');
  const headers = { connection: 'close' };
  const answer = await fetch(`${origin}/mesibo/upload`, { method: 'POST', body: form, headers });
  expect(await answer.json()).toEqual({ result: true, url: expect.stringContaining(`${BASE}/files/`) });
  const [key = ''] = store.objects.keys();
  expect(store.objects.bytes(key)?.length).toBe(100_000);
}

describe('all of a file server', () => {
  it('runs in a server of node:http, under a path of its own', async () => {
    await use(await listening(createServer(files.listener)));
  });

  it('runs in Express, before anything reads bodies', async () => {
    const app = express();
    app.all('/mesibo/*path', files.listener);
    app.use(express.json());
    app.get('/', (_request, response) => void response.send('the app'));
    const origin = await listening(createServer(app));
    await use(origin);
    const own = await fetch(origin, { headers: { connection: 'close' } });
    expect(await own.text()).toBe('the app');
  });

  it('runs in Fastify, in a plugin that leaves bodies alone', async () => {
    const app = fastify();
    app.get('/', async () => 'the app');
    await app.register(async (plugin) => {
      plugin.removeAllContentTypeParsers();
      plugin.addContentTypeParser('*', (_request, _body, done) => done(null));
      plugin.all('/mesibo/*', (request, reply) => {
        reply.hijack();
        files.listener(request.raw, reply.raw);
      });
    });
    const origin = await app.listen({ port: 0, host: '127.0.0.1' });
    servers.push(() => app.close());
    await use(origin);
    const own = await fetch(origin, { headers: { connection: 'close' } });
    expect(await own.text()).toBe('the app');
  });
});

describe('signing and downloads', () => {
  /** Looks whether it is alive, begins an upload, and tries the upload URL, which is not there. */
  async function sign(handle: (request: Request) => Promise<Response>): Promise<void> {
    const post = (path: string, body: unknown): Promise<Response> =>
      handle(
        new Request(`${BASE}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      );
    expect((await handle(new Request(`${BASE}/healthz`))).status).toBe(200);
    const file = { size: 5, contentType: 'image/jpeg', name: 'cat.jpg', source: 0, transferId: 't' };
    const begun = await post('/v1/uploads', file);
    expect([begun.status, await begun.json()]).toMatchObject([200, { ticket: expect.any(String) }]);
    const upload = await post('/upload', {});
    expect([upload.status, await upload.json()]).toMatchObject([501, { error: { code: 'needs-node' } }]);
  }

  it('run in Hono', async () => {
    const app = new Hono();
    app.get('/', (context) => context.text('the app'));
    app.all('/mesibo/*', (context) => files.fetch(context.req.raw));
    await sign(async (request) => app.fetch(request));
    expect(await (await app.request('https://app.test/')).text()).toBe('the app');
  });

  it('run as route handlers, as Next has them: a function for each method', async () => {
    const route = { GET: files.fetch, HEAD: files.fetch, POST: files.fetch, DELETE: files.fetch };
    await sign(async (request) => await route[request.method as keyof typeof route](request));
  });
});
