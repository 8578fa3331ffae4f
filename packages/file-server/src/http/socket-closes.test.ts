import { afterEach, expect, it } from 'vitest';
import { rawClient } from '../../test/node/raw-client.ts';
import { type NodeWorld, startNodeWorld } from '../../test/node/world.ts';
import type { NodeContext } from '../context/context.ts';
import { type Listening, listen } from '../node/listen.ts';
import { nodeListener } from '../node/listener.ts';
import type { NodeRoute } from './serve-node.ts';

let world: NodeWorld | undefined;
let listening: Listening | undefined;

afterEach(async () => {
  await listening?.close();
  await world?.close();
});

it('all that was asked on a connection is told when it closes, also what was not yet its turn', async () => {
  world = await startNodeWorld();
  const { server, runtime } = world;
  let waiting = 0;
  let told = 0;
  let closed = 0;
  const route: NodeRoute = {
    name: 'wait',
    matches: () => true,
    handle: (_context, { signal }, _request, response) => {
      waiting += 1;
      response.once('close', () => {
        closed += 1;
      });
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          told += 1;
          resolve();
        });
      });
    },
  };
  const context: NodeContext = { ...server.context, runtime };
  listening = await listen(context, nodeListener(server, [route]), { port: 0 });
  const client = await rawClient(listening.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(15));
  await expect.poll(() => waiting).toBe(15);
  expect(told).toBe(0);
  client.destroy();
  await expect.poll(() => told).toBe(15);
  await expect.poll(() => closed).toBe(15);
  // Nobody was answered.
  const finished = (): unknown[] => world?.events.filter(({ type }) => type === 'request') ?? [];
  await expect.poll(() => finished().length).toBe(15);
  expect(finished()).toEqual(Array.from({ length: 15 }, () => expect.objectContaining({ status: 499 })));
});
