import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createRuntime } from '@mesibo-files/handler-core';
import type { NodeContext } from '../context.ts';
import type { FileServer } from '../server.ts';
import { type NodeRoute, serveNode } from './serve-node.ts';

/** What node:http, Express and Fastify call with a request. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * All of a file server, for Node: requests that move bytes go through Node's own streams, which cost less than half of
 * web streams; the others through the web-standard handler.
 */
export function nodeListener(server: FileServer, routes: readonly NodeRoute[]): NodeListener {
  const context: NodeContext = { ...server.context, runtime: server.context.runtime ?? createRuntime() };
  const web = getRequestListener(server.fetch, { overrideGlobalObjects: false });
  return (request, response) => {
    const path = pathUnder(context.basePath, request.url ?? '');
    const route = path === null ? undefined : routes.find((one) => one.matches(request.method ?? '', path));
    void (route === undefined ? web(request, response) : serveNode(context, route, request, response));
  };
}

function pathUnder(basePath: string, url: string): string | null {
  const [path = ''] = url.split('?', 1);
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : null;
}
