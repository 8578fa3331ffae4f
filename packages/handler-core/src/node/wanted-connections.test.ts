import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { nodeHttp } from './http.ts';

it('a request that is stopped opens no further connection, and the next request one of its own', async () => {
  let connections = 0;
  const server = createServer((request, response) => {
    if (request.url === '/slow') response.writeHead(200, { 'content-length': '1000000' }).write('x');
    else response.end('done');
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = nodeHttp();
  const stop = new AbortController();
  const slow = await http.send({ method: 'GET', url: `${base}/slow`, headers: {}, signal: stop.signal });
  const read = slow.consume(() => undefined);
  stop.abort();
  await expect(read).rejects.toMatchObject({ code: 'stopped' });
  await sleep(100);
  expect(connections).toBe(1);
  const { signal } = new AbortController();
  const next = await http.send({ method: 'GET', url: `${base}/quick`, headers: {}, signal });
  expect(await next.text(10)).toBe('done');
  expect(connections).toBe(2);
  server.closeAllConnections();
  server.close();
});
