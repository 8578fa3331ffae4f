import type { Commit } from '@mesibo-files/handler-core/provider';
import { Hono } from 'hono';
import type { ServerContext } from './context/context.ts';
import type { FileServerOptions } from './context/options.ts';
import { contextOf } from './context-of.ts';
import { fileRoutes } from './files/routes.ts';
import { operationRoutes } from './health/routes.ts';
import { corsFor } from './http/cors.ts';
import { Refusal } from './http/refusal.ts';
import type { WebRoute } from './http/routes.ts';
import { serveWeb } from './http/serve-web.ts';
import { signingRoutes } from './signing/routes.ts';
import { type Settlement, settle } from './signing/settle.ts';

/** A file server as a web-standard handler: all of it but what moves bytes through Node's own streams. */
export interface FileServer {
  readonly context: ServerContext;
  /** Answers a request whose path is under the base URL's. `from`: who sends it, where that is known. Never rejects. */
  readonly fetch: (request: Request, from?: RequestOrigin) => Promise<Response>;
  /**
   * Decides on a file for which `onStored` answered `later`, by the `id` it was given; on any replica. Answers as a
   * commit: `stored`, `refused`, `gone` when it was discarded, `pending` when the store is still copying it. The first
   * decision stands, whoever made it.
   * @throws `Refusal` `ticket-refused` for an id that is not of this server
   */
  readonly settle: (id: string, decision: Settlement) => Promise<Commit>;
}

/** Where a request comes from. */
export interface RequestOrigin {
  /** Address of the client, for limits: in Node the connection's; in a worker what its platform says. */
  readonly address?: string | undefined;
}

const ROUTES: readonly WebRoute[] = [...signingRoutes, ...fileRoutes, ...operationRoutes];

/** What pages of other origins may be allowed to call. */
const PAGES = ['/v1/*', '/files/*', '/upload'];

/** Makes a file server. @throws `invalid-argument` that names every option that is wrong */
export function createFileServer(options: FileServerOptions): FileServer {
  const context = contextOf(options);
  const app = new Hono<{ Bindings: RequestOrigin }>();
  if (context.origins.length > 0) {
    const cors = corsFor(context.origins);
    for (const pages of PAGES) app.use(context.basePath + pages, cors);
  }
  const paths = new Set(ROUTES.map(({ path }) => path));
  for (const route of ROUTES) {
    app.on(route.method, context.basePath + route.path, ({ req, env }) =>
      serveWeb(context, route, req.raw, addressIn(env)),
    );
  }
  for (const path of paths) {
    const allowed = ROUTES.filter((route) => route.path === path).map(({ method }) => method);
    const refuse = notAllowed(allowed);
    app.all(context.basePath + path, ({ req, env }) => serveWeb(context, refuse, req.raw, addressIn(env)));
  }
  app.notFound(({ req, env }) => serveWeb(context, NO_ROUTE, req.raw, addressIn(env)));
  app.onError((error, { req, env }) => serveWeb(context, failing(error), req.raw, addressIn(env)));
  return {
    context,
    fetch: async (request, from) => app.fetch(request, { address: from?.address }),
    settle: (id, decision) => settle(context, id, decision),
  };
}

function addressIn({ address }: RequestOrigin): string | null {
  return address ?? null;
}

type Answering = Pick<WebRoute, 'name' | 'handle'>;

const NO_ROUTE: Answering = {
  name: 'none',
  handle: async () => {
    throw new Refusal('no-such-route', 'There is nothing at this path.');
  },
};

/** What a route did not catch itself. */
function failing(error: Error): Answering {
  return {
    name: 'none',
    handle: async () => {
      throw error;
    },
  };
}

function notAllowed(methods: readonly string[]): Answering {
  const allow = methods.join(', ');
  return {
    name: 'none',
    handle: async () => {
      throw new Refusal('method-not-allowed', `This path takes ${allow}.`, { allow });
    },
  };
}
