import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createRuntime } from '@mesibo-files/handler-core';
import type { NodeContext } from '../context/context.ts';
import { letContinue } from '../http/continue.ts';
import { type NodeRoute, serveNode } from '../http/serve-node.ts';
import type { FileServer } from '../server.ts';
import { speaking, unreadable } from './refusing.ts';
import { limitBodyTime } from './slow-body.ts';

/** What node:http, Express and Fastify call with a request. */
export interface NodeListener {
  (request: IncomingMessage, response: ServerResponse): void;
  /** How the route of a request writes a problem, where it has a dialect of its own. */
  readonly dialectOf?: (request: IncomingMessage) => NodeRoute['problemBody'];
}

/**
 * All of a file server, for Node: requests that move bytes go through Node's own streams, which cost less than half of
 * web streams; the others through the web-standard handler.
 */
export function nodeListener(
  { context: given, fetch }: FileServer,
  routes: readonly NodeRoute[],
): NodeListener {
  const context: NodeContext = { ...given, runtime: given.runtime ?? createRuntime() };
  // A request that can't even be read is left unanswered by it, and so answered below.
  const web = getRequestListener(
    (request, { incoming }) => fetch(request, { address: incoming.socket.remoteAddress }),
    { overrideGlobalObjects: false, errorHandler: () => undefined },
  );
  const isHost = hostCheck();
  const routeOf = ({ method = '', url = '' }: IncomingMessage): NodeRoute | undefined => {
    const path = pathUnder(context.basePath, url.replace(ORIGIN, ''));
    return path === null ? undefined : routes.find((one) => one.matches(method, path));
  };
  const throughWeb = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isHost(request.headers.host ?? '')) return serveNode(context, unreadable, request, response);
    letContinue(request, response);
    const stop = limitBodyTime(context, request);
    await web(request, response);
    stop();
    if (!response.headersSent && !response.destroyed) await serveNode(context, unreadable, request, response);
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    request.url = (request.url ?? '').replace(ORIGIN, '');
    const route = routeOf(request);
    if (hostsOf(request) > 1) {
      void serveNode(context, speaking(unreadable, route?.problemBody), request, response);
    } else
      void (route === undefined
        ? throughWeb(request, response)
        : serveNode(context, route, request, response));
  };
  return Object.assign(answer, { dialectOf: (request: IncomingMessage) => routeOf(request)?.problemBody });
}

/** Refuses two Host headers: a proxy may have used the other one. Node shows only the first. */
function hostsOf({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}

/** What a client writes before the path when it takes the server for its proxy. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/** Whether a Host header names a host. Nearly always it names the same one. */
function hostCheck(): (host: string) => boolean {
  let good = '';
  return (host) => {
    if (host !== '' && host === good) return true;
    if (!URL.canParse(`http://${host}/`)) return false;
    good = host;
    return true;
  };
}

function pathUnder(basePath: string, url: string): string | null {
  const [path = ''] = url.split('?', 1);
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : null;
}
