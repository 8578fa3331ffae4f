import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Signer } from '@mesibo-files/handler-core';
import type { RemoteOptions } from '@mesibo-files/handler-remote';
import type { FileServerOptions } from '../../src/context/options.ts';
import { type NodeListener, nodeListener } from '../../src/node/listener.ts';
import { createFileServer } from '../../src/server.ts';
import { ticketKeys, token } from './secrets.ts';

/** Tells servers of one base URL apart: replicas with other settings. */
const REPLICA = 'x-replica';

/** Many file servers behind one address: each under a path of its own, and replicas of it by a header. */
export interface Mounts {
  /** A base URL that nothing is mounted under. */
  freshBase(): string;
  /** Mounts a server; the answer is how a client reaches this very one. */
  mount(baseUrl: string, signer: Signer, options?: Partial<FileServerOptions>): RemoteOptions;
  close(): Promise<void>;
}

export async function openMounts(): Promise<Mounts> {
  const listeners = new Map<string, NodeListener>();
  const server: Server = createServer((request, response) => {
    const [, path = ''] = request.url?.split('/') ?? [];
    const listener = listeners.get(`/${path} ${request.headers[REPLICA]}`);
    if (listener === undefined) response.writeHead(404).end();
    else listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let bases = 0;
  return {
    freshBase: () => `http://127.0.0.1:${port}/mount-${bases++}`,
    mount(baseUrl, signer, options = {}) {
      const replica = String(listeners.size);
      const made = createFileServer({
        baseUrl,
        signer,
        ticketKeys,
        authorise: ({ credential }) =>
          credential.token === token
            ? { allow: true }
            : { allow: false, why: 'sign-in', reason: 'This is not the token.' },
        ...options,
      });
      listeners.set(`${new URL(baseUrl).pathname} ${replica}`, nodeListener(made, []));
      return {
        baseUrl,
        token,
        fetch: (url, request) =>
          fetch(url, { ...request, headers: { ...(request.headers as object), [REPLICA]: replica } }),
      };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
