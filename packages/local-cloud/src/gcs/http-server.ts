import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Answers one request; `continueBody` lets a client that waits for "100 Continue" continue. */
export type HttpHandler = (
  message: IncomingMessage,
  response: ServerResponse,
  continueBody: () => void,
) => Promise<void>;

/** A listening server. */
export interface RunningServer {
  readonly port: number;
  /** Closes all connections. */
  readonly close: () => Promise<void>;
}

/** Listens on 127.0.0.1; rejects when the port is taken. */
export const startHttpServer = async (
  handler: HttpHandler,
  options: {
    readonly port: number;
    readonly tls: { readonly key: string; readonly cert: string } | undefined;
  },
): Promise<RunningServer> => {
  const listener: RequestListener = (message, response) => {
    void handler(message, response, () => undefined);
  };
  const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  // A client that waits for "100 Continue" sends its body only if the headers were accepted.
  server.on('checkContinue', (message: IncomingMessage, response: ServerResponse) => {
    void handler(message, response, () => response.writeContinue());
  });
  // Long uploads are legal; only idle connections are closed.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 20_000;
  await listen(server, options.port);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
