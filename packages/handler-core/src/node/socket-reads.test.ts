import { randomFillSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { certificate } from '../../test/certificates.ts';
import { httpServer, type TestServer, tlsServer } from '../../test/http-server.ts';
import type { HttpAnswer, HttpPort } from '../ports/ports.ts';
import { nodeHttp } from './http.ts';
import { ReadMemory } from './read-memory.ts';
import { SocketReads } from './socket-reads.ts';

const SIZE = 6 * 1024 * 1024;
const bodies = Array.from({ length: 4 }, () => randomFillSync(Buffer.alloc(SIZE)));

let server: TestServer | undefined;
afterEach(() => server?.close());

const makers = {
  http: httpServer,
  https: (listener: RequestListener): Promise<TestServer> => tlsServer(certificate, listener),
};

async function serve(
  scheme: keyof typeof makers,
  listener: RequestListener,
): Promise<(path: string) => Promise<HttpAnswer>> {
  const http: HttpPort = nodeHttp({ ca: certificate.cert });
  const started = await makers[scheme](listener);
  server = started;
  const signal = new AbortController().signal;
  return (path) => http.send({ method: 'GET', url: started.url + path, headers: {}, signal });
}

describe.each(['http', 'https'] as const)('what sockets receive over %s', (scheme) => {
  it.each(['keep-alive', 'close'])('is theirs alone until it is looked at (%s)', async (connection) => {
    const get = await serve(scheme, ({ url = '' }, response) => {
      response.writeHead(200, { connection, 'content-length': SIZE }).end(bodies[Number(url.slice(1))]);
    });
    const received = await Promise.all(
      bodies.map(async (_, index) => {
        const answer = await get(`/${index}`);
        const copies: Buffer[] = [];
        let calls = 0;
        await answer.consume((chunk) => {
          calls += 1;
          // Some are looked at at once, others when further ones have come, on this connection or on another.
          if (calls % 3 === 0) return void copies.push(Buffer.from(chunk));
          return turn()
            .then(() => turn())
            .then(() => void copies.push(Buffer.from(chunk)));
        });
        return Buffer.concat(copies);
      }),
    );
    expect(received.map((bytes, index) => bytes.equals(bodies[index] ?? bytes))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('is read to its end though the server hangs up right behind it', async () => {
    const get = await serve(scheme, (_, response) => {
      response.writeHead(200, { 'content-length': SIZE }).end(bodies[0], () => response.socket?.end());
    });
    const answer = await get('/0');
    const copies: Buffer[] = [];
    await answer.consume(async (chunk) => {
      for (let turns = 0; turns < 5; turns += 1) await turn();
      copies.push(Buffer.from(chunk));
    });
    expect(Buffer.concat(copies).equals(bodies[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it('lies in memory that is used again and again', async () => {
    const get = await serve(scheme, (_, response) => response.end(bodies[0]));
    const memory = new Set<ArrayBufferLike>();
    let taken = 0;
    for (let round = 0; round < 2; round += 1) {
      const answer = await get('/0');
      await answer.consume((chunk) => {
        memory.add(chunk.buffer);
        taken += chunk.length;
      });
    }
    expect(taken).toBe(2 * SIZE);
    expect(memory.size).toBeLessThan(12);
  });
});

it('shows no end of a socket before everything it received was taken, and more asked for', async () => {
  const socket = new Socket();
  const memory = new ReadMemory();
  const reads = new SocketReads(memory);
  reads.attach(socket);
  let ended = false;
  socket.on('end', () => {
    ended = true;
  });
  const into = memory.take();
  into.set([1, 2, 3]);
  expect(reads.onread.callback(3, into)).toBe(false);
  // What Node does when the other side has hung up.
  socket.push(null);
  socket.read(0);
  await turn();
  expect(ended).toBe(false);
  expect([...socket.read()]).toEqual([1, 2, 3]);
  socket.read(0);
  await turn();
  expect(ended).toBe(false);
  expect(socket.read()).toBeNull();
  await turn();
  expect(ended).toBe(true);
});

it('goes on with a TLS session where a connection to the same host had one', async () => {
  const reused: boolean[] = [];
  const get = await serve('https', ({ socket }, response) => {
    reused.push((socket as TLSSocket).isSessionReused());
    response.writeHead(200, { connection: 'close' }).end('x');
  });
  for (let round = 0; round < 3; round += 1) await (await get('/')).discard();
  expect(reused).toEqual([false, true, true]);
});
