import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';

/** A server of a test, on loopback. */
export interface TestServer {
  readonly port: number;
  readonly url: string;
  /** Every connection that was made, oldest first. */
  readonly sockets: Socket[];
  close(): Promise<void>;
}

function listening(server: Server | TcpServer, scheme: string): Promise<TestServer> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = (): Promise<void> =>
        new Promise((closed) => {
          for (const socket of sockets) socket.destroy();
          server.close(() => closed());
        });
      resolve({ port, url: `${scheme}://127.0.0.1:${port}`, sockets, close });
    }),
  );
}

export const httpServer = (listener: RequestListener): Promise<TestServer> =>
  listening(createServer(listener), 'http');

/** A server that says what it likes. */
export const tcpServer = (onSocket: (socket: Socket) => void): Promise<TestServer> =>
  listening(createTcpServer(onSocket), 'http');

export const tlsServer = (
  certificate: { readonly key: string; readonly cert: string },
  listener: RequestListener,
): Promise<TestServer> => listening(createTlsServer(certificate, listener), 'https');
