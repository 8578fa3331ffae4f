import { Refusal } from '../http/refusal.ts';
import type { NodeRoute } from '../http/serve-node.ts';

/** A route that refuses whatever comes. */
function refusing(make: () => Refusal): NodeRoute {
  return {
    name: 'none',
    matches: () => true,
    // No body is wanted.
    lets: true,
    handle: async () => {
      throw make();
    },
  };
}

/** The same, in the dialect of the route that the request is for. */
export function speaking(route: NodeRoute, problemBody: NodeRoute['problemBody']): NodeRoute {
  return problemBody === undefined ? route : { ...route, problemBody };
}

/** The request's target, host or method can't be read. */
export const unreadable: NodeRoute = refusing(
  () => new Refusal('bad-request', 'The path or the host of this request can not be read.'),
);

export const wrongExpectation: NodeRoute = refusing(
  () => new Refusal('expectation-failed', 'This expectation can not be met.'),
);

export const shuttingDown: NodeRoute = refusing(
  () => new Refusal('shutting-down', 'The server is stopping.', { connection: 'close', 'retry-after': '1' }),
);
