import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeRoute } from '../http/serve-node.ts';
import { limitIdleTime } from './slow-body.ts';

/** Something else that answers on this server, as a disk store does. */
export interface Mount {
  /** Under the base URL's path, as in `/disk`; everything below it is handed on. */
  readonly path: string;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

/** Hands requests on to what is mounted. They are logged and counted as the route `mount`. */
export function mountRoute({ path, handle }: Mount): NodeRoute {
  return {
    name: 'mount',
    matches: (_method, target) => target === path || target.startsWith(`${path}/`),
    handle: async (context, _scope, request, response) => {
      const stop = limitIdleTime(context, request, response);
      try {
        await handle(request, response);
      } finally {
        stop();
      }
    },
  };
}
