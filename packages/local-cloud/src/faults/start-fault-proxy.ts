import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Agent as TlsAgent } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { FaultList, matchesRequest } from './fault-list.ts';
import { forward, type OpenRecord, type Upstream } from './forward.ts';
import type { ActiveFault, Fault, FaultMatch, FaultRequest, RecordedRequest } from './types.ts';

/** Options of `startFaultProxy`. */
export interface FaultProxyOptions {
  /** Where requests go, such as `http://127.0.0.1:9000`; a path in it is ignored. */
  readonly target: string;
  /** Port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /** Key and certificate in PEM of the proxy itself; it speaks HTTPS with them. Default: HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Certificates in PEM to trust for an HTTPS target. Default: Node's. */
  readonly ca?: string;
}

/** A running fault proxy. */
export interface FaultProxy {
  /** `http://127.0.0.1:<port>`; give it to the client as the store's endpoint. */
  readonly endpoint: string;
  readonly faults: {
    /** Adds a fault; it acts on requests that begin from now on. */
    readonly add: (fault: Fault) => ActiveFault;
    /** Ends all faults. Requests that a fault holds stay held until `stop`. */
    readonly clear: () => void;
  };
  /** Every request seen, in order of arrival; entries fill while their request goes on. */
  readonly requests: readonly RecordedRequest[];
  /** How many requests so far match. */
  readonly count: (match: FaultMatch) => number;
  /** Client connections that are open now. */
  readonly connections: () => number;
  /** Closes all connections. Doing it twice is harmless. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts an HTTP/1.1 reverse proxy that does harm on purpose. It passes everything on as received, the Host header too,
 * so a request signed for the proxy's own host and port is verified by the store behind it. It can stand in front of any
 * store that judges the Host header it gets. Rejects when the port is taken.
 */
export const startFaultProxy = async (options: FaultProxyOptions): Promise<FaultProxy> => {
  const upstream = createUpstream(options);
  const faults = new FaultList();
  const requests: OpenRecord[] = [];
  const seen: FaultRequest[] = [];
  const sockets = new Set<Socket>();

  const accept = (incoming: IncomingMessage, outgoing: ServerResponse, waits: boolean): void => {
    const request = describe(incoming);
    const actions = faults.actionsFor(request);
    const record: OpenRecord = {
      method: request.method,
      path: request.path,
      queryNames: [...request.query.keys()],
      requestBytes: 0,
      answerBytes: 0,
      status: undefined,
      faults: actions.map(({ kind }) => kind),
    };
    requests.push(record);
    seen.push(request);
    forward({ upstream, incoming, outgoing, record, actions, waits }).catch(() => incoming.socket.destroy());
  };

  const server = options.tls === undefined ? createServer() : createTlsServer(options.tls);
  server.on('request', (incoming, outgoing) => accept(incoming, outgoing, false));
  server.on('checkContinue', (incoming, outgoing) => accept(incoming, outgoing, true));
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 20_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    endpoint: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    faults: { add: (fault) => faults.add(fault), clear: () => faults.clear() },
    requests,
    count: (match) => seen.filter((request) => matchesRequest(match, request)).length,
    connections: () => sockets.size,
    stop: () => {
      stopping ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
        upstream.agent.destroy();
      });
      return stopping;
    },
  };
};

const createUpstream = ({ target, ca }: FaultProxyOptions): Upstream => {
  const url = new URL(target);
  // A connection a request: one that the store closes while idle would look like a fault that nobody asked for.
  const agent = url.protocol === 'https:' ? new TlsAgent(ca === undefined ? {} : { ca }) : new Agent();
  return { target: url, agent };
};

const describe = (incoming: IncomingMessage): FaultRequest => {
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: incoming.headers,
  };
};
