import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { httpServer, type TestServer } from '../../test/http-server.ts';
import { sliced } from '../engine/request/body.ts';
import type { HttpAnswer, HttpRequest } from '../ports/ports.ts';
import { nodeHttp } from './http.ts';

const http = nodeHttp();
let server: TestServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(...args: Parameters<typeof httpServer>): Promise<TestServer> {
  server = await httpServer(...args);
  return server;
}

const ask = (url: string, more: Partial<HttpRequest> = {}): Promise<HttpAnswer> =>
  http.send({ method: 'GET', url, headers: {}, signal: new AbortController().signal, ...more });

async function bytesOf(answer: HttpAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await answer.consume((chunk) => void chunks.push(Buffer.from(chunk)));
  return Buffer.concat(chunks);
}

/** Resolves when a response wants more, or is over. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      response.off('drain', over).off('close', over);
      resolve();
    };
    response.once('drain', over).once('close', over);
  });
}

const big = Buffer.alloc(24 * 1024 * 1024, 'mesibo-files ');

describe('nodeHttp', () => {
  it('sends a big body slice by slice, and tells what has left', async () => {
    let received = Buffer.alloc(0);
    const { url } = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received = Buffer.concat(chunks);
      response.end(JSON.stringify([request.method, request.url, request.headers['content-length']]));
    });
    const sent: number[] = [];
    const answer = await ask(`${url}/a%20b?x=1&y`, {
      method: 'PUT',
      body: sliced(big, 512 * 1024),
      onSent: (bytes) => sent.push(bytes),
    });
    expect(JSON.parse(await answer.text(1000))).toEqual(['PUT', '/a%20b?x=1&y', String(big.length)]);
    expect(received.equals(big)).toBe(true);
    expect(sent.reduce((sum, bytes) => sum + bytes, 0)).toBe(big.length);
    expect(sent.length).toBeGreaterThan(40);
  });

  it('receives a big body, chunk by chunk', async () => {
    const { url } = await serve((_, response) => response.end(big));
    const answer = await ask(url);
    expect(answer.headers['content-length']).toBe(String(big.length));
    expect((await bytesOf(answer)).equals(big)).toBe(true);
  });

  it.each(['PUT', 'POST', 'HEAD', 'DELETE', 'PATCH'])('sends a %s with an empty body', async (method) => {
    const { url } = await serve((request, response) => {
      response.setHeader('x-length', request.headers['content-length'] ?? 'none').end();
    });
    const answer = await ask(url, { method, body: sliced(new Uint8Array(0), 10) });
    expect([answer.status, await answer.text(10)]).toEqual([200, '']);
    if (method === 'PUT' || method === 'POST') expect(answer.headers['x-length']).toBe('0');
  });

  it('sends the headers as they are, and gives back names in lower case, repeated ones joined', async () => {
    let raw: string[] = [];
    const { url } = await serve((request, response) => {
      raw = request.rawHeaders;
      response.setHeader('X-Twice', ['a', 'b']).setHeader('ETag', '"1"').writeHead(207).end();
    });
    const answer = await ask(url, { headers: { 'x-signed': 'A b=c', 'content-type': 'text/x' } });
    await answer.discard();
    expect(answer.status).toBe(207);
    expect(answer.headers).toMatchObject({ 'x-twice': 'a, b', etag: '"1"' });
    const names = raw.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(raw).toContain('A b=c');
    expect(names.filter((name) => !['host', 'connection'].includes(name))).toEqual([
      'x-signed',
      'content-type',
    ]);
  });

  it('does not follow redirects', async () => {
    const { url } = await serve((_, response) => response.writeHead(302, { location: '/x' }).end());
    const answer = await ask(url);
    expect([answer.status, answer.headers.location]).toEqual([302, '/x']);
    await answer.discard();
  });

  it('uses a connection again once a body was read or thrown away', async () => {
    const { url, sockets } = await serve((_, response) => response.end('x'.repeat(1000)));
    for (let round = 0; round < 5; round += 1) {
      await bytesOf(await ask(url));
      await (await ask(url)).discard();
      await (await ask(url)).text(5000);
    }
    // One may still be finishing when the next request comes, so there can be two.
    expect(sockets.length).toBeLessThanOrEqual(2);
  });

  it('reads only so much text, and drops the connection rather than drain the rest', async () => {
    const { url, sockets } = await serve((_, response) => response.end(big));
    expect(await (await ask(url)).text(11)).toBe('mesibo-file');
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
    await (await ask(url)).discard();
    await expect.poll(() => sockets[1]?.destroyed).toBe(true);
  });

  /** Serves 64 MiB as fast as they are taken; answers how many were handed out. */
  async function tap(): Promise<{ readonly url: string; readonly handed: () => number }> {
    let handed = 0;
    const { url } = await serve(async (_, response) => {
      for (let at = 0; at < 512 && !response.destroyed; at += 1) {
        handed += 128 * 1024;
        if (!response.write(big.subarray(0, 128 * 1024))) await drained(response);
      }
      response.end();
    });
    return { url, handed: () => handed };
  }

  it('does not let a fast server run ahead of a slow consumer', async () => {
    const { url, handed } = await tap();
    const controller = new AbortController();
    const answer = await ask(url, { signal: controller.signal });
    let taken = 0;
    const reading = answer.consume(async (chunk) => {
      taken += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(taken).toBeLessThan(2 * 1024 * 1024);
    expect(handed()).toBeLessThan(20 * 1024 * 1024);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: 'stopped' });
  });

  it('takes little before anybody consumes, and then all of it', async () => {
    const { url, handed } = await tap();
    const answer = await ask(url);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(handed()).toBeLessThan(20 * 1024 * 1024);
    let taken = 0;
    await answer.consume((chunk) => {
      taken += chunk.length;
    });
    expect(taken).toBe(64 * 1024 * 1024);
  });

  it('holds the body back until somebody wants it, and loses nothing of it', async () => {
    const { url } = await serve((_, response) => {
      response.write('first ');
      setTimeout(() => response.end('second'), 20);
    });
    const answer = await ask(url);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const order: string[] = [];
    await answer.consume(async (chunk) => {
      const text = Buffer.from(chunk).toString();
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(text);
    });
    expect(order.join('')).toBe('first second');
  });

  it('fails with what the consumer throws, and closes the connection', async () => {
    const { url, sockets } = await serve((_, response) => response.end(big));
    const broken = new Error('the disk is full');
    await expect((await ask(url)).consume(() => Promise.reject(broken))).rejects.toMatchObject({
      cause: broken,
    });
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });
});
