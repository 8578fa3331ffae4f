import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TransferError } from '@mesibo-files/handler-core';
import { SECOND } from '@mesibo-files/handler-core/provider';
import type { NodeContext } from '../context/context.ts';
import type { Limits } from '../context/limits.ts';
import { expectsContinue } from '../http/continue.ts';
import { Refusal } from '../http/refusal.ts';
import { type NodeRoute, serveNode } from '../http/serve-node.ts';
import { answerClientErrors, refuse } from './client-error.ts';
import { Draining, type Ending } from './draining.ts';
import { type Exchange, Exchanges } from './exchanges.ts';
import type { NodeListener } from './listener.ts';
import { shuttingDown, speaking, wrongExpectation } from './refusing.ts';
import { stopOnSignals } from './signals.ts';
import { Surplus } from './surplus.ts';

export interface ListenOptions {
  /** Address to listen on. Default `127.0.0.1`, which only this machine reaches; `0.0.0.0` or `::` for all. */
  readonly host?: string;
  /** Default 8080; 0 for any that is free. */
  readonly port?: number;
  /** Connections that the system keeps until the server takes them, at most as many as the system allows. Default 511. */
  readonly backlog?: number;
  /**
   * Milliseconds from when `/readyz` says no to when no new connection is taken, so that a load balancer sends nothing
   * more by then. Default 0.
   */
  readonly drainDelay?: number;
  /** Whether SIGTERM and SIGINT close it, and a second one at once. Default false. */
  readonly signals?: boolean;
}

/** A server that listens. */
export interface Listening {
  /** As in `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Says by `/readyz` that it is not ready, and by `Connection: close` that clients should go elsewhere; after
   * `drainDelay` takes no new connection, finishes what runs, and closes. What still runs `limits.shutdownTimeout` later
   * is cut off.
   */
  close(): Promise<void>;
  /** Resolves when it is closed, whoever closed it, with how it ended. */
  readonly closed: Promise<Ending>;
}

/** Listens with a server of its own, hardened against clients that are slow or talk rubbish. @throws `invalid-argument` */
export async function listen(
  context: NodeContext,
  listener: NodeListener,
  options: ListenOptions = {},
): Promise<Listening> {
  const { host = '127.0.0.1', port = 8080, signals = false, backlog = 511, drainDelay = 0 } = options;
  const exchanges = new Exchanges();
  const server = createServer(serverOptions(context.limits));
  const surplus = new Surplus(server, context);
  const draining = new Draining(server, exchanges, context);
  const dialectOf = (request: IncomingMessage): NodeRoute['problemBody'] => listener.dialectOf?.(request);
  const serve = (answer: NodeListener): NodeListener => {
    return (request, response) => {
      const { socket } = request;
      if (surplus.has(socket)) return;
      const goesOn = exchanges.of(socket).every(leavesOpen);
      void exchanges.enter(request, response).then(() => draining.answered(socket));
      if (!draining.draining) return answer(request, response);
      response.setHeader('connection', 'close');
      if (goesOn) answer(request, response);
      else void serveNode(context, speaking(shuttingDown, dialectOf(request)), request, response);
    };
  };
  server.on('request', serve(listener));
  server.on('checkContinue', (request, response) => {
    expectsContinue(request);
    serve(listener)(request, response);
  });
  server.on(
    'checkExpectation',
    serve((request, response) => {
      const route = speaking(wrongExpectation, dialectOf(request));
      void serveNode(context, route, request, response);
    }),
  );
  server.on('connect', (_request, socket) => {
    void exchanges.answered(socket).then(() => refuse(context, noProxy(), socket));
  });
  server.on('clientError', answerClientErrors(context, exchanges, dialectOf));
  await bind(server, { host, port, backlog });
  const closed = new Promise<Ending>((resolve) => server.once('close', () => resolve(draining.ending)));
  const close = async (): Promise<void> => {
    if (!draining.draining) draining.start(drainDelay);
    await closed;
  };
  if (signals) stopOnSignals({ close, closed }, () => draining.cutOff());
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, port: bound, close, closed };
}

/**
 * Whether another request can follow on the connection. A client may have read an answer to its end, and sent the next
 * request, before this process hears that it was sent.
 */
function leavesOpen({ response }: Exchange): boolean {
  return response.writableEnded && response.shouldKeepAlive;
}

/** Node looks for slow requests this often. */
const LOOK = 2 * SECOND;

function serverOptions(limits: Limits): ServerOptions {
  const { maxHeaderSize, requestTimeout, keepAliveTimeout } = limits;
  const headersTimeout = Math.min(limits.headersTimeout, requestTimeout || limits.headersTimeout);
  return {
    maxHeaderSize,
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    connectionsCheckingInterval: Math.max(1, Math.min(LOOK, Math.floor(headersTimeout / 2))),
    // Refused by us, so that it is answered like all else.
    requireHostHeader: false,
    keepAlive: true,
  };
}

function noProxy(): Refusal {
  return new Refusal('method-not-allowed', 'This server is no proxy.', { allow: 'GET, HEAD, POST, DELETE' });
}

async function bind(
  server: Server,
  { host, port, backlog }: { readonly host: string; readonly port: number; readonly backlog: number },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onError = (cause: Error): void => {
      const message = `This server can not listen on port ${port} of ${host}: ${cause.message}.`;
      reject(new TransferError('invalid-argument', message, { cause }));
    };
    server.once('error', onError);
    server.listen({ port, host, backlog }, () => {
      server.off('error', onError);
      resolve();
    });
  });
}
