import { Refusal } from '../http/refusal.ts';
import type { WebRoute } from '../http/routes.ts';

const NO_STORE = { 'cache-control': 'no-store' };

/** Whether the process is alive. It asks nobody: a store that is down is no reason to restart a server. */
const healthRoute: WebRoute = {
  method: 'GET',
  path: '/healthz',
  name: 'healthz',
  handle: async () => Response.json({ status: 'ok' }, { headers: NO_STORE }),
};

/** Whether requests can be served: the store is reached and written, and the server is not about to end. */
const readyRoute: WebRoute = {
  method: 'GET',
  path: '/readyz',
  name: 'readyz',
  handle: async ({ readiness }) => {
    try {
      await readiness.look();
    } catch (cause) {
      throw new Refusal(
        'not-ready',
        'The store can not be reached or written, or the server is about to end.',
        {},
        cause,
      );
    }
    return Response.json({ status: 'ready' }, { headers: NO_STORE });
  },
};

/** Says so where the upload URL can't be: bytes go through Node's own streams, which its listener has. */
const uploadRoute: WebRoute = {
  method: 'POST',
  path: '/upload',
  name: 'upload',
  handle: async () => {
    throw new Refusal('needs-node', 'There is no upload URL here.');
  },
};

export const operationRoutes: readonly WebRoute[] = [healthRoute, readyRoute, uploadRoute];
