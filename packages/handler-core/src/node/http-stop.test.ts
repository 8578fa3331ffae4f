import type { IncomingMessage } from 'node:http';
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

/** 100 ms, and on a busy machine the turns of the event loop that a free one makes in them. */
async function shortly(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const big = new Uint8Array(24 * 1024 * 1024);

describe('a stop', () => {
  it.each(['/wait', '/come', '/go'])('closes the socket within 100 ms: %s', async (path) => {
    const asked: IncomingMessage[] = [];
    const { url } = await serve((request, response) => {
      asked.push(request);
      response.on('error', () => undefined);
      if (request.url === '/come') response.write('x');
      if (request.url === '/go') request.pause();
    });
    const controller = new AbortController();
    const body = path === '/go' ? { method: 'PUT', body: sliced(big, 65_536) } : {};
    const asking = ask(`${url}${path}`, { signal: controller.signal, ...body });
    const whole = asking.then((answer) => answer.consume(() => undefined));
    whole.catch(() => undefined);
    await expect.poll(() => asked.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    let closed = false;
    asked[0]?.socket.once('close', () => {
      closed = true;
    });
    controller.abort();
    // A server that does not read does not see that the connection is closed.
    asked[0]?.resume();
    await shortly();
    expect(closed).toBe(true);
    await expect(whole).rejects.toMatchObject({ code: 'stopped' });
    expect(asked).toHaveLength(1);
  });

  it('before the request sends nothing', async () => {
    const { url, sockets } = await serve((_, response) => response.end());
    const asked = ask(url, { signal: AbortSignal.abort() });
    await expect(asked).rejects.toMatchObject({ code: 'stopped' });
    expect(sockets).toEqual([]);
  });

  it('while the consumer is busy ends the answer, also when the consumer then fails', async () => {
    const { url } = await serve((_, response) => response.write('x'));
    const controller = new AbortController();
    const answer = await ask(url, { signal: controller.signal });
    const consumed = answer.consume(async () => {
      await Promise.resolve();
      controller.abort();
      throw new Error('the consumer failed');
    });
    await expect(consumed).rejects.toMatchObject({ code: 'stopped' });
  });
});
