import { appendFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignedRequest } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { type Answer, bytesOf, call, type DiskBench, diskBench, send, stored } from '../../../test/bench.ts';

const bytes = bytesOf(1_500_000);

async function readable(): Promise<{ b: DiskBench; request: SignedRequest; url: string }> {
  const b = await diskBench({ singleUpTo: 2_000_000, cacheControl: 'private, max-age=60' });
  const url = await stored(b.store, bytes, { name: 'späß.html', contentType: 'text/html' });
  const { request } = await b.store.signer.read(url, call);
  return { b, request, url };
}

describe('GET', () => {
  it('answers the whole, and how it may be shown', async () => {
    const { request } = await readable();
    const { body, headers, status } = await send(request);
    expect(status).toBe(200);
    expect(body.equals(bytes)).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'content-length': String(bytes.length),
      'content-disposition': expect.stringMatching(/^attachment; .*filename\*=UTF-8''sp%C3%A4%C3%9F.html/),
      'cache-control': 'private, max-age=60',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
      'access-control-allow-origin': '*',
      etag: expect.stringMatching(/^"[0-9a-f]{16}"$/),
    });
  });

  it('needs no header at all, so the URL is good for a redirect', async () => {
    const { request } = await readable();
    expect(request.headers).toEqual({});
    const answer = await fetch(request.url, { headers: { authorization: 'Bearer of-another-server' } });
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  const end = bytes.length - 1;
  it.each<[string, number, number]>([
    ['bytes=0-0', 0, 0],
    ['bytes=0-', 0, end],
    ['bytes=1000000-1000009', 1_000_000, 1_000_009],
    [`bytes=${end}-${end}`, end, end],
    [`bytes=${end}-9999999`, end, end],
    ['bytes=-1', end, end],
    ['bytes=-9999999', 0, end],
  ])('answers the range %s', async (range, first, last) => {
    const { request } = await readable();
    const { body, headers, status } = await send(request, null, { range });
    expect([status, headers['content-range']]).toEqual([206, `bytes ${first}-${last}/${bytes.length}`]);
    expect(body.equals(bytes.subarray(first, last + 1))).toBe(true);
  });

  it.each(['bytes=0-1,5-9', 'lines=0-1', 'bytes=', ''])(
    'answers the range "%s" with the whole',
    async (range) => {
      const { request } = await readable();
      expect((await send(request, null, { range })).status).toBe(200);
    },
  );

  it.each([
    `bytes=${bytes.length}-`,
    'bytes=9999999-99999999',
    'bytes=-0',
    'bytes=5-1',
    'bytes=-',
    'bytes=a-b',
    'bytes=0-1;x',
  ])('refuses the range %s', async (range) => {
    const { request } = await readable();
    expect(await send(request, null, { range })).toMatchObject({
      status: 416,
      headers: { 'content-range': `bytes */${bytes.length}`, 'x-mesibo-error': 'InvalidRange' },
    });
  });

  it('heeds conditions', async () => {
    const { request } = await readable();
    const tag = String((await send(request)).headers.etag);
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await send(request, null, headers)).status;
    expect(await status({ 'if-match': tag })).toBe(200);
    expect(await status({ 'if-match': `"x", ${tag}` })).toBe(200);
    expect(await status({ 'if-match': '*' })).toBe(200);
    expect(await status({ 'if-match': '"x"' })).toBe(412);
    expect(await status({ 'if-none-match': tag })).toBe(304);
    expect(await status({ 'if-none-match': `W/${tag}` })).toBe(304);
    expect(await status({ 'if-none-match': '"x"' })).toBe(200);
    expect(await status({ range: 'bytes=0-0', 'if-range': tag })).toBe(206);
    expect(await status({ range: 'bytes=0-0', 'if-range': '"x"' })).toBe(200);
    expect(await status({ range: 'bytes=0-0', 'if-range': new Date(0).toUTCString() })).toBe(200);
  });

  it('is bound to the version that was there when it was signed', async () => {
    const { b, request } = await readable();
    const [key = ''] = await b.inside.keys();
    await b.inside.put(key, bytes);
    expect(await send(request)).toMatchObject({
      status: 412,
      headers: { 'x-mesibo-error': 'PreconditionFailed' },
    });
    await b.inside.remove(key);
    expect(await send(request)).toMatchObject({ status: 404, headers: { 'x-mesibo-error': 'NoSuchKey' } });
  });

  it('goes on to its end when the object is removed meanwhile', async () => {
    const { b, request, url } = await readable();
    const answer = await fetch(request.url);
    await b.store.signer.remove(url, call);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await send(request)).status).toBe(404);
    expect(await b.staged()).toEqual([]);
  });

  it('serves no file that is damaged on disk', async () => {
    const { b, request } = await readable();
    const [key = ''] = await b.inside.keys();
    const path = join(b.folder, 'objects', key);
    await truncate(path, 10);
    const damaged: Partial<Answer> = {
      status: 500,
      headers: expect.objectContaining({ 'x-mesibo-error': 'DiskFailure' }),
    };
    expect(await send(request)).toMatchObject(damaged);
    await appendFile(path, bytes);
    expect(await send(request)).toMatchObject(damaged);
  });
});

it('HEAD answers as GET, with no bytes, also when it refuses', async () => {
  const { request } = await readable();
  const head = await send(request, null, {}, 'HEAD');
  expect(head.body).toHaveLength(0);
  expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(bytes.length) } });
  const refused = await send(request, null, { 'if-match': '"x"' }, 'HEAD');
  expect(refused).toMatchObject({ status: 412, headers: { 'x-mesibo-error': 'PreconditionFailed' } });
  expect(refused.body).toHaveLength(0);
});

it('a browser may ask first, and may read what it needs', async () => {
  const { request } = await readable();
  const { headers, status } = await send(
    { ...request, url: request.url.split('?')[0] ?? '' },
    null,
    {
      origin: 'https://app.example.com',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-range, x-mesibo-crc32',
    },
    'OPTIONS',
  );
  expect(status).toBe(204);
  expect(headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': expect.stringContaining('PUT'),
    'access-control-allow-headers': 'content-range, x-mesibo-crc32',
  });
  const refused = await send({ ...request, url: `${request.url}x` });
  expect(refused.status).toBe(403);
  const exposed = String(refused.headers['access-control-expose-headers']);
  for (const name of [
    'x-mesibo-error',
    'x-mesibo-stored',
    'upload-offset',
    'date',
    'etag',
    'content-range',
  ]) {
    expect(exposed).toContain(name);
  }
});
