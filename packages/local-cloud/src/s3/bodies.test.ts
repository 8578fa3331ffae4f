import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, element } from '../../test/call.ts';
import { clientFor } from '../../test/client.ts';
import { encode, type SignOptions, sign } from '../../test/sign.ts';
import { type LocalCloud, startLocalCloud } from '../index.ts';

describe('request bodies', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud();
  });
  afterAll(() => cloud.stop());

  /** Sends a signed request whose head and body are written byte by byte, and gives all that comes back. */
  const raw = async (
    lines: Record<string, string>,
    body: string,
    half = false,
    key = 'raw',
  ): Promise<string> => {
    const { s3 } = cloud;
    const url = new URL(s3.endpoint);
    const options: SignOptions = {
      place: 'query',
      accessKeyId: s3.accessKeyId,
      secretAccessKey: s3.secretAccessKey,
      region: s3.region,
      service: 's3',
      terminal: 'aws4_request',
      time: Date.now(),
      expires: 60,
      payloadHash: 'UNSIGNED-PAYLOAD',
      unsigned: [],
      securityToken: undefined,
      scopeDate: undefined,
    };
    const signed = sign(
      { method: 'PUT', path: `/${s3.bucket}/${key}`, query: [], headers: { host: url.host } },
      options,
    );
    const query = signed.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    const head = [`PUT ${signed.path}?${query} HTTP/1.1`, `host: ${url.host}`, 'connection: close'];
    const socket = connect(Number(url.port), url.hostname);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write([...head, ...Object.entries(lines).map(([n, v]) => `${n}: ${v}`), '', body].join('\r\n'));
    if (half) socket.end();
    await closed;
    return answer;
  };
  const files = async (): Promise<string[]> => [
    ...(await readdir(join(cloud.dataDirectory, 's3', 'incoming'))),
    ...(await readdir(join(cloud.dataDirectory, 's3', 'blobs'))),
  ];

  it('half received leave nothing behind', async () => {
    const answer = await raw({ 'content-length': '1000000' }, 'x'.repeat(300_000), true);
    expect(answer).toContain('<Code>IncompleteBody</Code>');
    await sleep(50);
    expect(await files()).toEqual([]);
    expect((await call(cloud.s3, { method: 'HEAD', key: 'raw' })).status).toBe(404);
  });

  it('refused leave nothing behind', async () => {
    const headers = { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') };
    const { code } = await call(cloud.s3, { method: 'PUT', key: 'raw', body: 'x'.repeat(300_000), headers });
    expect(code).toBe('BadDigest');
    expect(await files()).toEqual([]);
  });

  it('without a length are refused', async () => {
    expect(await raw({}, '')).toContain('<Code>MissingContentLength</Code>');
    expect(await raw({ 'transfer-encoding': 'chunked' }, '1\r\nx\r\n0\r\n\r\n')).toContain(
      '<Code>NotImplemented</Code>',
    );
  });

  it('above 5 GiB are refused before they are sent', async () => {
    const answer = await raw(
      { 'content-length': String(5 * 1024 ** 3 + 1), expect: '100-continue' },
      '',
      true,
    );
    expect(answer).toContain('<Code>EntityTooLarge</Code>');
    expect(answer).not.toContain('100 Continue');
  });

  it('that wait for 100 Continue get it when the head is accepted', async () => {
    const answer = await raw({ 'content-length': '1', expect: '100-continue' }, 'x', false, 'continued');
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    await call(cloud.s3, { method: 'DELETE', key: 'continued' });
  });

  it('of another length than decoded are incomplete', async () => {
    const sign = { place: 'header', payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' } as const;
    const headers = { 'x-amz-decoded-content-length': '3', 'x-amz-trailer': 'x-amz-checksum-crc32' };
    const put = (body: string) => call(cloud.s3, { method: 'PUT', key: 'c', headers, body, sign });
    expect((await put('2\r\nab\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')).code).toBe('IncompleteBody');
    expect((await put('3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')).code).toBe('BadDigest');
    expect((await put('3\r\nabc\r\n0\r\n\r\n')).code).toBe('MalformedTrailerError');
    expect((await put('3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n')).status).toBe(200);
    await call(cloud.s3, { method: 'DELETE', key: 'c' });
  });

  it('replaced, aborted or deleted free their space', async () => {
    for (const body of ['one', 'two']) await call(cloud.s3, { method: 'PUT', key: 'a', body });
    const started = await call(cloud.s3, { method: 'POST', key: 'm', query: { uploads: '' }, body: '' });
    const uploadId = element(started.body, 'UploadId') ?? '';
    await call(cloud.s3, { method: 'PUT', key: 'm', query: { uploadId, partNumber: '1' }, body: 'x' });
    expect(await files()).toHaveLength(2);
    await call(cloud.s3, { method: 'DELETE', key: 'm', query: { uploadId } });
    await call(cloud.s3, { method: 'DELETE', key: 'a' });
    expect(await files()).toEqual([]);
  });

  it('go on to a client while the object is overwritten and deleted', async () => {
    const old = Buffer.alloc(8 * 1024 * 1024, 'old');
    await call(cloud.s3, { method: 'PUT', key: 'a', body: old });
    const url = await getSignedUrl(
      clientFor(cloud.s3),
      new GetObjectCommand({ Bucket: cloud.s3.bucket, Key: 'a' }),
    );
    const response = await fetch(url);
    await call(cloud.s3, { method: 'PUT', key: 'a', body: 'new' });
    await call(cloud.s3, { method: 'DELETE', key: 'a' });
    expect(await files()).toHaveLength(1);
    expect(Buffer.from(await response.arrayBuffer()).equals(old)).toBe(true);
    await expect.poll(files).toEqual([]);
  });

  it('end without harm when the client goes away', async () => {
    await call(cloud.s3, { method: 'PUT', key: 'a', body: Buffer.alloc(32 * 1024 * 1024) });
    const url = await getSignedUrl(
      clientFor(cloud.s3),
      new GetObjectCommand({ Bucket: cloud.s3.bucket, Key: 'a' }),
    );
    const controller = new AbortController();
    await fetch(url, { signal: controller.signal });
    controller.abort();
    await call(cloud.s3, { method: 'DELETE', key: 'a' });
    await expect.poll(files).toEqual([]);
  });
});
