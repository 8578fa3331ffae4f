import { createServer, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TransferError } from '@mesibo-files/handler-core';
import { SECOND } from '@mesibo-files/handler-core/provider';
import type { NodeContext } from '../context/context.ts';
import type { Limits } from '../context/limits.ts';
import { Refusal } from '../http/refusal.ts';
import { serveNode } from '../http/serve-node.ts';
import { answerClientErrors, refuse } from './client-error.ts';
import { Draining } from './draining.ts';
import { Exchanges } from './exchanges.ts';
import type { NodeListener } from './listener.ts';
import { shuttingDown, wrongExpectation } from './refusing.ts';
import { stopOnSignals } from './signals.ts';

export interface ListenOptions {
  /** Address to listen on. Default `127.0.0.1`, which only this machine reaches; `0.0.0.0` or `::` for all. */
  readonly host?: string;
  /** Default 8080; 0 for any that is free. */
  readonly port?: number;
  /** Whether SIGTERM and SIGINT close it, and a second one at once. Default false. */
  readonly signals?: boolean;
}

/** A server that listens. */
export interface Listening {
  /** As in `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no new connection, refuses new requests with 503, finishes what runs, and closes. What still runs after
   * `limits.shutdownTimeout` is cut off.
   */
  close(): Promise<void>;
  /** Resolves when it is closed, whoever closed it. */
  readonly closed: Promise<void>;
}

/** Listens with a server of its own, hardened against clients that are slow or talk rubbish. @throws `invalid-argument` */
export async function listen(
  context: NodeContext,
  listener: NodeListener,
  options: ListenOptions = {},
): Promise<Listening> {
  const { host = '127.0.0.1', port = 8080, signals = false } = options;
  const exchanges = new Exchanges();
  const server = createServer(serverOptions(context.limits));
  server.maxConnections = context.limits.maxConnections;
  const draining = new Draining(server, exchanges);
  const serve = (answer: NodeListener): NodeListener => {
    return (request, response) => {
      const { socket } = request;
      void exchanges.enter(request, response).then(() => draining.endIfIdle(socket));
      if (draining.draining) void serveNode(context, shuttingDown, request, response);
      else answer(request, response);
    };
  };
  server.on('request', serve(listener));
  server.on('checkContinue', (request, response) => {
    // Where another answer comes first, Node would put this one into the middle of its own answer.
    if (response.socket !== null) response.writeContinue();
    serve(listener)(request, response);
  });
  server.on(
    'checkExpectation',
    serve((request, response) => void serveNode(context, wrongExpectation, request, response)),
  );
  server.on('connect', (_request, socket) => {
    void exchanges.answered(socket).then(() => refuse(context, noProxy(), socket));
  });
  server.on('clientError', answerClientErrors(context, exchanges));
  await bind(server, host, port);
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    if (!draining.draining) draining.start(context);
    await closed;
  };
  if (signals) stopOnSignals({ close, closed }, () => draining.cutOff());
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, port: bound, close, closed };
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

async function bind(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `This server can not listen on port ${port} of ${host}: ${cause.message}.`;
      reject(new TransferError('invalid-argument', message, { cause }));
    });
    server.listen(port, host, resolve);
  });
}
