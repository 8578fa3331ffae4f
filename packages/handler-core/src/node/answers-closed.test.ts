import type { ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { testContext } from '../../test/context.ts';
import { httpServer, type TestServer } from '../../test/http-server.ts';
import { type Exchange, exchange } from '../engine/request/exchange.ts';
import { TransferError } from '../index.ts';
import { systemClock } from '../ports/system.ts';
import { nodeHttp } from './http.ts';

const open: TestServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A server that answers like this, and a client with everything real but the way there. */
async function client(answer: (response: ServerResponse) => void) {
  const server = await httpServer((_, response) => answer(response));
  open.push(server);
  const context = testContext({ http: nodeHttp(), clock: systemClock });
  const ask = (more: Partial<Exchange> = {}) =>
    exchange(context, {
      doing: 'bytes',
      request: { method: 'GET', url: `${server.url}/`, headers: {}, timeToLive: 1000 },
      answers: { code: [], rules: [] },
      ...more,
    });
  const sockets = () => server.sockets.filter((socket) => !socket.destroyed).length;
  return { ask, sockets };
}

const endless = (response: ServerResponse): void => {
  response.writeHead(200);
  const more = (): void => {
    if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(more));
  };
  more();
};

it('an answer that is refused unread leaves no socket', async () => {
  const { ask, sockets } = await client(endless);
  const refuse = async (): Promise<void> => {
    throw new TransferError('bad-answer', 'not what was asked for');
  };
  await Promise.all(
    Array.from({ length: 20 }, () =>
      expect(ask({ receive: refuse })).rejects.toMatchObject({ code: 'bad-answer' }),
    ),
  );
  await expect.poll(sockets).toBe(0);
});

it('nor does one whose taker gives up in the middle, or does not take it', async () => {
  const { ask, sockets } = await client(endless);
  const half = (answer: Parameters<Exchange['receive'] & object>[0]) =>
    answer.consume(() => {
      throw new TransferError('disk-full', 'no room');
    });
  await expect(ask({ receive: half })).rejects.toMatchObject({ code: 'disk-full' });
  await ask({ receive: async () => undefined });
  await ask();
  await expect.poll(sockets).toBe(0);
});

it('a short answer that nobody takes gives its connection back', async () => {
  const { ask, sockets } = await client((response) => response.end('short'));
  for (let count = 0; count < 5; count += 1) await ask({ receive: async () => undefined });
  // A socket that is not free yet when the next request is sent makes it two, never five.
  expect(sockets()).toBeLessThanOrEqual(2);
});
