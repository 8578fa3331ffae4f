import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { HttpAnswer } from '../ports/ports.ts';
import { fetchAnswer } from './fetch-answer.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
}

function get(url: string, signal = new AbortController().signal): Promise<HttpAnswer> {
  return fetchAnswer({ method: 'GET', url, headers: { range: 'bytes=0-' }, signal });
}

test('status, headers and bytes come as the server sent them', async () => {
  const url = await serve((request, response) => {
    response.writeHead(206, { 'X-Range': request.headers.range ?? '' }).end('hello');
  });
  const answer = await get(url);
  const chunks: number[] = [];
  await answer.consume((chunk) => void chunks.push(...chunk));
  expect([answer.status, answer.headers['x-range']]).toEqual([206, 'bytes=0-']);
  expect(Buffer.from(chunks).toString()).toBe('hello');
});

test('a text is read no further than its limit', async () => {
  const url = await serve((_, response) => {
    response.write('a'.repeat(100_000));
    // Never ended: who wants all of it waits for ever.
  });
  expect(await (await get(url)).text(10)).toBe('aaaaaaaaaa');
});

test('a connection that fails is network, and names the host and nothing else of the URL', async () => {
  const url = `${await serve((request) => request.socket.destroy())}?signature=secret`;
  const error: unknown = await get(url).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'network', message: `${new URL(url).host}: the connection failed` });
});

test('an answer that is cut off is network', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.destroy());
  });
  const answer = await get(url);
  await expect(answer.consume(() => undefined)).rejects.toMatchObject({ code: 'network' });
});

test('a stopped request is stopped, before its answer and in the middle of it', async () => {
  const url = await serve((request, response) => {
    if (request.url?.endsWith('?answered')) response.writeHead(200).write('x');
  });
  const before = new AbortController();
  const waiting = get(url, before.signal);
  before.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'stopped' });
  const middle = new AbortController();
  const answer = await get(`${url}?answered`, middle.signal);
  await expect(answer.consume(() => middle.abort())).rejects.toMatchObject({ code: 'stopped' });
});
