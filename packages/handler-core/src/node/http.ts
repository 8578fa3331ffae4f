import { rootCertificates } from 'node:tls';
import { Agent, type buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { HttpAnswer, HttpPort, HttpRequest } from '../ports/ports.ts';
import { NodeAnswer } from './http-answer.ts';
import { httpError } from './http-errors.ts';
import { publicOnlyConnector } from './public-only.ts';
import { storeConnector } from './store-connector.ts';
import { WantedConnections } from './wanted-connections.ts';

/** Settings of {@link nodeHttp}. */
export interface NodeHttpOptions {
  /** Milliseconds to wait for a connection. Default 10,000. */
  readonly connectTimeout?: number;
  /** Certificates to trust beside Node's own, in PEM. */
  readonly ca?: string;
  /**
   * Your own undici dispatcher for the stores. Default: an agent of ours, which goes through the proxy that `HTTPS_PROXY`
   * or `HTTP_PROXY` names, but to the hosts of `NO_PROXY`.
   */
  readonly dispatcher?: Dispatcher;
  /**
   * Your own dispatcher for plain downloads of foreign URLs. It must refuse private addresses by itself. Default: an
   * agent of ours that judges each address it connects to; it uses no proxy, which would connect without being judged.
   */
  readonly publicDispatcher?: Dispatcher;
}

/**
 * HTTP in Node through undici's dispatcher: bodies go out slice by slice and come in chunk by chunk, with no web stream
 * in between. The engine's watchdog sets the time limits, so undici's own are off.
 */
export function nodeHttp(options: NodeHttpOptions = {}): HttpPort {
  const timeouts = { headersTimeout: 0, bodyTimeout: 0 };
  const timeout = options.connectTimeout ?? 10_000;
  const tls = options.ca === undefined ? {} : { ca: [...rootCertificates, options.ca] };
  const connect = { timeout, ...tls };
  const connections = new WantedConnections();
  const agent = (connector: buildConnector.connector): Agent =>
    new Agent({ ...timeouts, connect: connections.connector(connector) });
  const straight = connections.connector(storeConnector(connect));
  const open =
    options.dispatcher ??
    (environmentHasProxy()
      ? new EnvHttpProxyAgent({
          ...timeouts,
          connect: straight,
          proxyTunnel: false,
          requestTls: { timeout, ...tls },
        })
      : new Agent({ ...timeouts, connect: straight }));
  let guarded: Dispatcher | null = null;
  return {
    send(request) {
      if (request.publicOnly !== true) return dispatch(open, request, connections);
      guarded ??= options.publicDispatcher ?? agent(publicOnlyConnector(connect));
      return dispatch(guarded, request, connections);
    },
  };
}

/** The names that undici reads. */
function environmentHasProxy(): boolean {
  const { HTTP_PROXY, HTTPS_PROXY, http_proxy, https_proxy } = process.env;
  return [HTTP_PROXY, HTTPS_PROXY, http_proxy, https_proxy].some((proxy) => Boolean(proxy));
}

function dispatch(
  dispatcher: Dispatcher,
  request: HttpRequest,
  connections: WantedConnections,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const url = new URL(request.url);
    const answer = new NodeAnswer(request.signal, url.host, resolve, reject);
    if (!answer.begin(connections.wanted(url.origin))) return;
    const body = request.body;
    const headers: Record<string, string> = { ...request.headers };
    if (body !== undefined) headers['content-length'] = String(body.size);
    try {
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method as Dispatcher.HttpMethod,
          headers,
          body: body === undefined || body.size === 0 ? null : (counted(body, request.onSent) as never),
        },
        answer.handler,
      );
    } catch (error) {
      answer.fail(httpError(error, url.host));
    }
  });
}

/** Tells of each slice once the socket has taken it, which is when the next one is asked for. */
async function* counted(
  body: NonNullable<HttpRequest['body']>,
  onSent: ((bytes: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const slice of body.slices()) {
    yield slice;
    onSent?.(slice.length);
  }
}
