import { describe, expect, it } from 'vitest';
import { bench } from '../../../test/bench.ts';
import { download, TransferError } from '../../index.ts';
import type { HttpAnswer, HttpPort, HttpRequest } from '../../ports/ports.ts';

type Page = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string };

/** A small web, page by page; each page may be a list, answered in turn. */
function web(pages: Record<string, Page | readonly Page[]>) {
  const asked: HttpRequest[] = [];
  const http: HttpPort = {
    async send(request): Promise<HttpAnswer> {
      const count = asked.filter(({ url }) => url === request.url).length;
      asked.push(request);
      const found = [pages[request.url] ?? { status: 404 }].flat();
      const { status = 200, headers = {}, body = '' } = found[Math.min(count, found.length - 1)] ?? {};
      const bytes = new TextEncoder().encode(body);
      return {
        status,
        headers,
        consume: async (take) => void (bytes.length > 0 && (await take(bytes))),
        text: async () => body,
        discard: async () => undefined,
      };
    },
  };
  const b = bench({}, [], { ports: { http }, limits: { attempts: 3, retryBase: 1 } });
  const fetch = async (url: string, privateHosts: readonly string[] = []): Promise<string> => {
    const to = '/out.bin';
    await download({ signers: [b.signer], url, to, runtime: b.runtime, foreignUrls: 'plain', privateHosts });
    return new TextDecoder().decode(b.files.files.get(to));
  };
  const nothingLeft = () => expect([b.files.files.size, b.files.unfinished.size]).toEqual([0, 0]);
  return { fetch, asked, nothingLeft, b };
}

const to = (location: string): Page => ({ status: 302, headers: { location } });

describe('a plain download', () => {
  it('sends nothing but the request: no header, and only to public addresses', async () => {
    const { fetch, asked } = web({ 'https://a.example/f?x=1': { body: 'hello' } });
    expect(await fetch('https://a.example/f?x=1')).toBe('hello');
    expect(asked.map(({ method, headers, publicOnly }) => [method, headers, publicOnly])).toEqual([
      ['GET', {}, true],
    ]);
  });

  it('is refused where it was not allowed, and for what is no web address', async () => {
    const { b, asked, fetch } = web({});
    const options = { signers: [b.signer], to: '/x', runtime: b.runtime };
    await expect(download({ ...options, url: 'https://a.example/f' })).rejects.toMatchObject({
      code: 'foreign-url',
    });
    for (const url of ['', 'f.jpg', 'ftp://a.example/f', 'file:///etc/passwd', 'http://', 'javascript:1']) {
      await expect(fetch(url)).rejects.toMatchObject({ code: 'invalid-url' });
    }
    expect(asked).toEqual([]);
  });

  it('follows five redirects and no more, relative ones too', async () => {
    const hops = Object.fromEntries(
      Array.from({ length: 6 }, (_, hop) => [`https://a.example/${hop}`, to(`/${hop + 1}`)]),
    );
    const { fetch, asked } = web({ ...hops, 'https://a.example/6': { body: 'there' } });
    expect(await fetch('https://a.example/1')).toBe('there');
    asked.length = 0;
    await expect(fetch('https://a.example/0')).rejects.toMatchObject({ code: 'bad-answer' });
    expect(asked).toHaveLength(6);
  });

  it('judges the host of each hop by itself', async () => {
    const { fetch, asked } = web({
      'https://in.example:8443/f': to('https://out.example/f'),
      'https://out.example/f': to('https://in.example:8443/g'),
      'https://in.example:8443/g': to('https://in.example/h'),
      'https://in.example/h': { body: 'x' },
    });
    await fetch('https://in.example:8443/f', ['in.example:8443']);
    expect(asked.map(({ publicOnly }) => publicOnly)).toEqual([false, true, false, true]);
  });

  it('never goes from https to http, nor to what is no web address', async () => {
    const { fetch, asked, nothingLeft } = web({
      'https://a.example/down': to('http://a.example/f'),
      'https://a.example/file': to('file:///etc/passwd'),
      'https://a.example/rubbish': to('http://['),
      'https://a.example/none': { status: 302 },
      'http://a.example/up': to('https://a.example/f'),
      'https://a.example/f': { body: 'up' },
    });
    await expect(fetch('https://a.example/down')).rejects.toMatchObject({ code: 'bad-answer' });
    await expect(fetch('https://a.example/file')).rejects.toMatchObject({ code: 'invalid-url' });
    await expect(fetch('https://a.example/rubbish')).rejects.toMatchObject({ code: 'bad-answer' });
    await expect(fetch('https://a.example/none')).rejects.toMatchObject({ code: 'bad-answer' });
    nothingLeft();
    expect(asked.some(({ url }) => url === 'http://a.example/f')).toBe(false);
    expect(await fetch('http://a.example/up')).toBe('up');
  });

  it.each([
    [404, 'object-not-found', 1],
    [403, 'access-denied', 1],
    [500, 'server-error', 3],
    [204, 'bad-answer', 3],
    [206, 'bad-answer', 3],
    [304, 'bad-answer', 3],
  ])('takes no page for the file: %i is %s', async (status, code, attempts) => {
    const headers = { 'content-type': 'text/html' };
    const { fetch, asked, nothingLeft } = web({ 'https://a.example/f': { status, headers, body: '<html>' } });
    await expect(fetch('https://a.example/f')).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(attempts);
    nothingLeft();
  });

  it('compares the length with what was announced, and begins again', async () => {
    const short: Page = { headers: { 'content-length': '9' }, body: 'short' };
    const whole: Page = { headers: { 'content-length': '5' }, body: 'whole' };
    const { fetch, b } = web({
      'https://a.example/f': [short, whole],
      'https://a.example/g': short,
      'https://a.example/h': { ...short, headers: { 'content-length': '2' } },
    });
    expect(await fetch('https://a.example/f')).toBe('whole');
    await expect(fetch('https://a.example/g')).rejects.toMatchObject({ code: 'network' });
    await expect(fetch('https://a.example/h')).rejects.toBeInstanceOf(TransferError);
    expect(new TextDecoder().decode(b.files.files.get('/out.bin'))).toBe('whole');
    expect(b.files.unfinished.size).toBe(0);
  });

  it('tells what the server says of the file', async () => {
    const headers = { 'content-type': 'image/png', etag: '"7"' };
    const { b } = web({ 'https://a.example/f': { headers, body: 'abc' } });
    const url = 'https://a.example/f';
    const got = await download({ signers: [], url, to: '/o', runtime: b.runtime, foreignUrls: 'plain' });
    expect(got).toEqual({
      url,
      path: '/o',
      size: 3,
      contentType: 'image/png',
      version: '"7"',
      integrity: { kind: 'none' },
      name: null,
    });
  });
});
