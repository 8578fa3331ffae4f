import { afterEach, describe, expect, it } from 'vitest';
import { bench } from '../../../test/bench.ts';
import { handlerOf } from '../../../test/handler.ts';
import { httpServer, type TestServer } from '../../../test/http-server.ts';
import { transfer } from '../../../test/transfer.ts';
import { type DownloadOptions, download, type SecureDownloads, TransferError } from '../../index.ts';
import { nodeHttp } from '../../node/index.ts';
import type { HttpAnswer, HttpPort, HttpRequest } from '../../ports/ports.ts';

const TOKEN = 's3cret+of/bob=';
const HOME = 'https://home.example';
const secureDownloads: SecureDownloads = { token: TOKEN, origins: [HOME, 'https://home.example:8443'] };

/** A web of redirects: what leads nowhere else is the file. */
function web(redirects: Record<string, string> = {}) {
  const asked: HttpRequest[] = [];
  const http: HttpPort = {
    async send(request): Promise<HttpAnswer> {
      asked.push(request);
      const location = redirects[request.url];
      return {
        status: location === undefined ? 200 : 302,
        headers: location === undefined ? {} : { location },
        consume: async (take) => void (await take(Uint8Array.of(1, 2, 3))),
        text: async () => '',
        discard: async () => undefined,
      };
    },
  };
  const b = bench({}, [], { ports: { http }, limits: { attempts: 2, retryBase: 1 } });
  const fetch = (url: string, more: Partial<DownloadOptions> = {}) =>
    download({ signers: [], url, to: '/o', runtime: b.runtime, secure: true, secureDownloads, ...more });
  return { fetch, asked, b };
}

describe('a secure download', () => {
  it('sends the token as a bearer, to the origins of the list', async () => {
    const { fetch, asked, b } = web();
    await fetch(`${HOME}/f?x=1`);
    await fetch('https://home.example:8443/f');
    expect(asked.map(({ url, headers }) => [url, headers])).toEqual([
      [`${HOME}/f?x=1`, { authorization: `Bearer ${TOKEN}` }],
      ['https://home.example:8443/f', { authorization: `Bearer ${TOKEN}` }],
    ]);
    expect(b.files.files.get('/o')).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('sends it as `auth` in the query where that is wanted, and overwrites one that is there', async () => {
    const { fetch, asked } = web();
    await fetch(`${HOME}/f?auth=mine&x=1`, { secureDownloads: { ...secureDownloads, send: 'query' } });
    const [request] = asked;
    expect(new URL(request?.url ?? '').searchParams.getAll('auth')).toEqual([TOKEN]);
    expect(request?.headers).toEqual({});
  });

  it.each([
    'http://home.example/f',
    'https://home.example:444/f',
    'https://home.example.evil.example/f',
    'https://evil.example/home.example',
    'https://home.example@evil.example/f',
    'https://sub.home.example/f',
  ])('of %s is unauthorised, and nothing is asked, whatever else is allowed', async (url) => {
    const { fetch, asked } = web();
    await expect(fetch(url, { foreignUrls: 'plain' })).rejects.toMatchObject({ code: 'unauthorised' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['there is no token', ''],
    ['the token is no header', 'a\r\nx: y'],
    ['it cannot be had', () => Promise.reject(new Error(TOKEN))],
    [
      'it throws',
      () => {
        throw new Error(TOKEN);
      },
    ],
    ['it is none', () => undefined as unknown as string],
  ])('is unauthorised when %s, and nothing is asked', async (_, token) => {
    const { fetch, asked } = web();
    const failed = await fetch(`${HOME}/f`, { secureDownloads: { ...secureDownloads, token } }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: 'unauthorised' });
    expect(failed).not.toHaveProperty('cause');
    expect(String(failed)).not.toContain(TOKEN);
    expect(asked).toEqual([]);
  });

  it('is unauthorised where nothing is configured, though plain downloads are allowed', async () => {
    const { b, asked } = web();
    const plain = { signers: [], url: `${HOME}/f`, to: '/o', runtime: b.runtime, secure: true } as const;
    await expect(download({ ...plain, foreignUrls: 'plain' })).rejects.toMatchObject({
      code: 'unauthorised',
    });
    expect(asked).toEqual([]);
  });

  it('asks for the token at each attempt', async () => {
    const { b, asked } = web();
    let count = 0;
    const token = async (): Promise<string> => `token-${++count}`;
    let fails = 1;
    const { http } = b.runtime.ports;
    const runtime = {
      ...b.runtime,
      ports: {
        ...b.runtime.ports,
        http: {
          send: (request: HttpRequest) =>
            fails-- > 0
              ? http.send(request).then(() => Promise.reject(new TransferError('network', 'cut')))
              : http.send(request),
        },
      },
    };
    const url = `${HOME}/f`;
    const secure = { secure: true, secureDownloads: { ...secureDownloads, token } };
    await download({ signers: [], url, to: '/o', runtime, ...secure });
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('drops the token at a redirect to another origin, for good, and goes on', async () => {
    const { fetch, asked } = web({
      [`${HOME}/a`]: '/b',
      [`${HOME}/b`]: 'https://home.example:8443/c',
      'https://home.example:8443/c': `${HOME}/d`,
      [`${HOME}/d`]: 'https://bucket.example/f?signature=1',
    });
    await fetch(`${HOME}/a`);
    expect(asked.map(({ url, headers }) => [url, headers.authorization !== undefined])).toEqual([
      [`${HOME}/a`, true],
      [`${HOME}/b`, true],
      ['https://home.example:8443/c', false],
      [`${HOME}/d`, false],
      ['https://bucket.example/f?signature=1', false],
    ]);
  });

  it('goes nowhere from https to http, token or not', async () => {
    const { fetch, asked } = web({ [`${HOME}/a`]: 'http://bucket.example/f' });
    await expect(fetch(`${HOME}/a`)).rejects.toMatchObject({ code: 'bad-answer' });
    expect(asked).toHaveLength(1);
  });

  it('does not follow a server that passes the token on', async () => {
    const encoded = encodeURIComponent(TOKEN);
    for (const location of [`https://evil.example/f?auth=${encoded}`, `https://evil.example/${TOKEN}`]) {
      const { fetch, asked } = web({ [`${HOME}/a`]: location });
      const failed = await fetch(`${HOME}/a`).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: 'bad-answer' });
      expect(String(failed)).not.toContain(TOKEN);
      expect(asked).toHaveLength(1);
    }
  });

  it('is never joined with one of other rights, and is with one of the same', async () => {
    const { fetch, asked } = web();
    const url = `${HOME}/f`;
    const token = (): string => TOKEN;
    await Promise.all([
      fetch(url, { to: '/1' }),
      fetch(url, { to: '/2' }),
      fetch(url, { to: '/3', secureDownloads: { ...secureDownloads, token: 'another' } }),
      fetch(url, { to: '/4', secure: false, foreignUrls: 'plain' }),
      fetch(url, { to: '/5', secureDownloads: { ...secureDownloads, token } }),
      fetch(url, { to: '/6', secureDownloads: { ...secureDownloads, token: () => 'third' } }),
    ]);
    expect(asked.map(({ headers }) => headers.authorization ?? 'none').sort()).toEqual(
      [`Bearer ${TOKEN}`, 'Bearer another', 'none', `Bearer ${TOKEN}`, 'Bearer third'].sort(),
    );
  });

  it('of a URL that a signer owns goes its own way, without the token', async () => {
    const b = bench();
    const { url } = await b.send(Uint8Array.of(1, 2));
    const origins = [new URL(url).origin];
    await download({
      signers: [b.signer],
      url,
      to: '/o',
      runtime: b.runtime,
      secure: true,
      secureDownloads: { token: TOKEN, origins },
    });
    expect(b.files.files.get('/o')).toEqual(Uint8Array.of(1, 2));
    expect(JSON.stringify(b.store.requests)).not.toContain(TOKEN);
  });
});

describe('a handler', () => {
  it('downloads a protected file as its options say', async () => {
    const { b, asked } = web();
    const { start } = handlerOf(b, { secureDownloads });
    const file = transfer({ upload: false, secure: true, url: `${HOME}/f`, path: '/o' });
    const over = file.settled();
    start(file);
    expect(await over).toBe('true');
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });
});

describe('over real HTTP', () => {
  const servers: TestServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

  it('another origin sees neither the header nor the parameter', async () => {
    const seen: string[] = [];
    const bucket = await httpServer((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`);
      response.end('file');
    });
    const home = await httpServer((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`);
      response.writeHead(302, { location: `${bucket.url}/signed?s=1` }).end();
    });
    servers.push(bucket, home);
    const b = bench({}, [], { ports: { http: nodeHttp() }, limits: { answerWithin: 3_600_000 } });
    for (const send of ['header', 'query'] as const) {
      await download({
        signers: [],
        url: `${home.url}/f`,
        to: '/o',
        runtime: b.runtime,
        secure: true,
        secureDownloads: { token: 'token', origins: [home.url], send },
        privateHosts: [home.url, bucket.url].map((url) => new URL(url).host),
      });
    }
    expect(seen).toEqual([
      '/f Bearer token',
      '/signed?s=1 undefined',
      '/f?auth=token undefined',
      '/signed?s=1 undefined',
    ]);
  });
});
