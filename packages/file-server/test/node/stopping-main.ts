import { memoryStore } from '@mesibo-files/handler-core/testing';
import { staticToken } from '../../src/authorise/static-token.ts';
import { nodeFileServer } from '../../src/node/node-file-server.ts';
import { withPublicUrl } from './public-url.ts';

// A server that stops on signals, with one request that is answered when the test says so on its standard input.
const BASE = 'http://files.test';
const store = memoryStore();
const said = new Promise<void>((resolve) => process.stdin.once('data', () => resolve()));
const server = nodeFileServer({
  baseUrl: BASE,
  signer: withPublicUrl(store.signer(), store.baseUrl, `${BASE}/files`),
  authorise: staticToken({ token: 'the-token-of-these-tests' }),
  ticketKeys: [{ id: 'a', secret: 'the secret of the tickets in tests' }],
  log: 'silent',
  mounts: [
    {
      path: '/slow',
      handle: async (_request, response) => {
        process.stdout.write('begun\n');
        await said;
        response.end('done');
      },
    },
  ],
});
const { port, closed } = await server.listen({ port: 0, signals: true });
process.stdout.write(`${port}\n`);
await closed;
process.stdin.destroy();
process.stdout.write('closed\n');
