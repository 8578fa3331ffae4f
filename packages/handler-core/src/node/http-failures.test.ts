import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { certificate, elsewhereCertificate, otherCertificate } from '../../test/certificates.ts';
import { httpServer, type TestServer, tcpServer, tlsServer } from '../../test/http-server.ts';
import { sliced } from '../engine/request/body.ts';
import type { HttpPort, HttpRequest } from '../ports/ports.ts';
import { type NodeHttpOptions, nodeHttp } from './http.ts';

// Node trusts one of the two certificates of the tests, as it trusts those of the public authorities.
vi.mock('node:tls', async (original) => ({
  ...(await original<typeof import('node:tls')>()),
  rootCertificates: [(await import('../../test/certificates.ts')).certificate.cert],
}));

const open: TestServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function kept(server: Promise<TestServer>): Promise<string> {
  open.push(await server);
  return (await server).url;
}

/** The code of the failure, or the status. */
async function outcome(
  url: string,
  more: Partial<HttpRequest> = {},
  http: HttpPort = nodeHttp(),
): Promise<unknown> {
  const signal = new AbortController().signal;
  try {
    const answer = await http.send({ method: 'GET', url, headers: {}, signal, ...more });
    await answer.consume(() => undefined);
    return answer.status;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

/** Reads the head of a request, and then says this. */
const saying = (text: string, then: (socket: Socket) => void = () => undefined) =>
  kept(
    tcpServer((socket) => {
      socket.once('data', () => socket.write(text, () => then(socket)));
    }),
  );

describe('the way there', () => {
  it('refused is network, a host that is not known is host-not-found', async () => {
    const server = await httpServer(() => undefined);
    await server.close();
    expect(await outcome(server.url)).toBe('network');
    expect(await outcome('http://no-such-host.invalid/')).toBe('host-not-found');
    expect(await outcome('http://no-such-host.invalid/', { publicOnly: true })).toBe('host-not-found');
  });

  it('that breaks before, in or after the head is network', async () => {
    expect(
      await outcome(await kept(tcpServer((socket) => void socket.once('data', () => socket.destroy())))),
    ).toBe('network');
    expect(await outcome(await saying('HTTP/1.1 200 O', (socket) => socket.end()))).toMatch(
      /network|bad-answer/,
    );
    const cut = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345';
    expect(await outcome(await saying(cut, (socket) => socket.end()))).toBe('network');
    expect(await outcome(await saying(cut, (socket) => socket.destroy()))).toBe('network');
    const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n';
    expect(await outcome(await saying(chunked, (socket) => socket.end()))).toBe('network');
  });

  it('whose answer has too large a head is bad-answer', async () => {
    const huge = `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`;
    expect(await outcome(await saying(huge))).toBe('bad-answer');
  });

  // undici gives the errors of its parser no code here, and httpError goes by codes alone: they come out as network.
  it.each([
    ['is no HTTP', 'SSH-2.0-OpenSSH_9\r\n'],
    ['has no status', 'HTTP/1.1 two hundred\r\n\r\n'],
    ['has chunks of no length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nelephant\r\n'],
  ])('whose answer %s is bad-answer', async (_, text) => {
    expect(await outcome(await saying(text))).toBe('bad-answer');
  });

  it('that is not connected in time is timeout', async () => {
    const slow = nodeHttp({ connectTimeout: 1 });
    // TEST-NET-1: never routed; where a machine says so at once, that is a failure of the network.
    expect(await outcome('http://192.0.2.1/', {}, slow)).toMatch(/timeout|network/);
  });

  it('may carry an answer before the whole body was sent', async () => {
    const url = await kept(
      httpServer((request, response) => {
        request.once('data', () => response.writeHead(403, { connection: 'close' }).end('no'));
      }),
    );
    const body = sliced(new Uint8Array(8 * 1024 * 1024), 65_536);
    expect([403, 'network']).toContain(await outcome(url, { method: 'PUT', body }));
    const small = sliced(new Uint8Array(9000), 4096);
    expect(await outcome(url, { method: 'PUT', body: small })).toBe(403);
  });

  it('skips what comes before the answer itself', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n';
    expect(await outcome(await saying(early))).toBe(204);
  });
});

describe('TLS', () => {
  const get = async (options: NodeHttpOptions, served = certificate) => {
    const url = await kept(tlsServer(served, (_, response) => response.end('x')));
    return outcome(url, {}, nodeHttp(options));
  };

  it('with a certificate that nobody trusts is tls', async () => {
    expect(await get({})).toBe('tls');
    expect(await get({ ca: certificate.cert }, otherCertificate)).toBe('tls');
  });

  it('with a certificate of its own is fine, and those of Node stay trusted beside it', async () => {
    expect(await get({ ca: otherCertificate.cert }, otherCertificate)).toBe(200);
    expect(await get({ ca: otherCertificate.cert }, certificate)).toBe(200);
  });

  it('with a certificate of another host is tls, and so is a server that speaks none', async () => {
    expect(await get({ ca: elsewhereCertificate.cert }, elsewhereCertificate)).toBe('tls');
    const plain = await kept(httpServer((_, response) => response.end()));
    expect(await outcome(plain.replace('http:', 'https:'))).toBe('tls');
  });
});

describe('public addresses only', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    'localhost',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '[fe80::1]',
    '[fd00::1]',
  ])('refuses %s', async (host) => {
    const url = await kept(httpServer((_, response) => response.end()));
    const { port } = new URL(url);
    expect(await outcome(`http://${host}:${port}/`, { publicOnly: true })).toBe('address-forbidden');
    expect(open[0]?.sockets).toEqual([]);
  });

  it('does not hold for requests that do not ask for it, on the same port', async () => {
    const url = await kept(httpServer((_, response) => response.end()));
    const http = nodeHttp();
    expect(await outcome(url, {}, http)).toBe(200);
    expect(await outcome(url, { publicOnly: true }, http)).toBe('address-forbidden');
  });
});
