import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createRuntime, TransferError } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import type { HttpPort } from '@mesibo-files/handler-core/provider';
import { manualClock } from '@mesibo-files/handler-core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, MIB, stored } from '../../test/wire/downloads.ts';
import { until } from '../../test/wire/settled.ts';
import { startWorld, type World } from '../../test/wire/world.ts';

let world: World;
afterEach(() => world.close());

describe('a long download', () => {
  it('is held back by a slow client, byte for byte, and ends when it stands still', async () => {
    const clock = manualClock(Date.now());
    let taken = 0;
    const http = counting((bytes) => {
      taken += bytes;
    });
    const runtime = createRuntime({ ports: { clock, http } });
    world = await startWorld({ runtime, downloads: 'stream', limits: { idleTimeout: 1000 } });
    const url = await stored(world, randomBytes(48 * MIB));
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
    world = await startWorld({ runtime, downloads: 'stream' });
    const url = await stored(world, randomBytes(5 * MIB));
    const [answer] = (await once(get(url), 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    await expect(answer.toArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await until(() => world.events.some((event) => event.type === 'fault'));
  });

  it('is a failure that is told, when the store has not sent a byte', async () => {
    const runtime = createRuntime({ ports: { http: breakingOff(0) } });
    world = await startWorld({ runtime, downloads: 'stream' });
    const answer = await ask(await stored(world, 'a cat'));
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 502,
      body: { error: { code: 'network', retryable: true } },
    });
  });

  it('has its own bytes and no more, when the store sends on', async () => {
    const http = changed((answer) => async (onChunk) => {
      await answer.consume(onChunk);
      await onChunk(Buffer.from('and more'));
    });
    world = await startWorld({ runtime: createRuntime({ ports: { http } }), downloads: 'stream' });
    const url = await stored(world, 'a cat');
    expect(await (await ask(url)).text()).toBe('a cat');
    await until(() => world.events.some(({ type }) => type === 'fault'));
    expect((await ask(`${world.baseUrl}/healthz`)).status).toBe(200);
  });

  it('comes whole', async () => {
    world = await startWorld({ downloads: 'stream' });
    const bytes = randomBytes(21 * MIB + 3);
    const url = await stored(world, bytes);
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
