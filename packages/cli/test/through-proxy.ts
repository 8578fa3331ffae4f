import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** What came through: the target and, of a request that the proxy can read, its method and path. */
interface Proxied {
  readonly way: 'tunnel' | 'forward';
  readonly target: string;
  readonly what: string;
}

export interface TestProxy {
  /** As `HTTPS_PROXY` wants it. */
  readonly url: string;
  readonly seen: Proxied[];
  readonly stop: () => Promise<void>;
}

const LOCAL = '127.0.0.1';

/** A forward proxy for tests: it tunnels and forwards to this machine, whatever the name of the host. */
export async function startProxy(user?: {
  readonly name: string;
  readonly password: string;
}): Promise<TestProxy> {
  const seen: Proxied[] = [];
  const wanted = user && `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  const mayPass = ({ headers }: IncomingMessage): boolean =>
    wanted === undefined || headers['proxy-authorization'] === wanted;
  const tunnels = new Set<Duplex>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (!mayPass(request)) return response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
    const { host, port, pathname, search } = new URL(request.url ?? '/', 'http://none');
    seen.push({ way: 'forward', target: host, what: `${request.method} ${pathname}` });
    const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = request.headers;
    const path = `${pathname}${search}`;
    const onward = forward(
      { host: LOCAL, port: port || 80, path, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    return request.pipe(onward);
  });
  server.on('connect', (request, socket, head) => {
    socket.on('error', () => undefined);
    tunnels.add(socket);
    if (!mayPass(request)) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const [host = '', port = '443'] = (request.url ?? '').split(':');
    seen.push({ way: 'tunnel', target: `${host}:${port}`, what: 'CONNECT' });
    const onward = connect({ host: LOCAL, port: Number(port) }, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    return socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, LOCAL, resolve));
  const credentials = user === undefined ? '' : `${user.name}:${user.password}@`;
  return {
    url: `http://${credentials}${LOCAL}:${(server.address() as AddressInfo).port}`,
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        // Those are not the server's any more.
        for (const tunnel of tunnels) tunnel.destroy();
      }),
  };
}
