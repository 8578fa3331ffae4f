import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunk, content, crc, openSession, put, quantum, twoParts } from '../../test/gcs/behaviour/steps.ts';
import { send } from '../../test/gcs/request.ts';
import { startTestServer, type TestServer } from '../../test/gcs/server.ts';

/** Sends part of a body and waits, without ending the request. */
const beginPut = (
  url: string,
  headers: Record<string, string>,
  body: Uint8Array,
): { cut: () => void; closed: Promise<void> } => {
  const outbound = request(url, { method: 'PUT', headers });
  const closed = new Promise<void>((resolve) => {
    outbound.on('close', () => resolve());
  });
  outbound.on('error', () => undefined);
  outbound.write(body);
  return { cut: () => outbound.destroy(), closed };
};

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come to that');
};

describe('interruptions', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  const blobs = (): Promise<string[]> => readdir(join(server.directory, 'blobs'));
  const incoming = (): Promise<string[]> => readdir(join(server.directory, 'incoming'));
  const body = Buffer.from(Array.from({ length: 3 * quantum + 5 }, (_, index) => (index * 7) % 251));
  const whole = (): Record<string, string> => ({
    'content-range': `bytes 0-${body.length - 1}/${body.length}`,
    'content-length': String(body.length),
  });

  it('a session keeps whole quanta of a chunk that breaks off, and goes on from there', async () => {
    const uri = await openSession(server, 'broken');
    const { cut } = beginPut(uri, whole(), body.subarray(0, 2 * quantum + 1000));
    await until(async () => (await incoming()).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    cut();
    const { status, headers } = await chunk(uri, `bytes */${body.length}`);
    expect([status, headers.range]).toEqual([308, `bytes=0-${2 * quantum - 1}`]);
    const rest = body.subarray(2 * quantum);
    const range = `bytes ${2 * quantum}-${body.length - 1}/${body.length}`;
    const hash = { 'x-goog-hash': `crc32c=${crc(body)}` };
    expect((await chunk(uri, range, rest, hash)).status).toBe(200);
    const stored = await server.signed({ method: 'GET', name: 'broken' });
    expect(stored.body.equals(body)).toBe(true);
  });

  it('a question for the offset cuts off a chunk that hangs', async () => {
    const uri = await openSession(server, 'hanging');
    const { closed } = beginPut(uri, whole(), body.subarray(0, quantum));
    await until(async () => (await incoming()).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await chunk(uri, 'bytes */*')).headers.range).toBe(`bytes=0-${quantum - 1}`);
    await closed;
    await send(uri, { method: 'DELETE' });
  });

  it('a PUT that breaks off stores nothing', async () => {
    const before = await blobs();
    const url = server.url({ method: 'PUT', name: 'half' });
    const { cut } = beginPut(url, { 'content-length': '1000000' }, Buffer.alloc(500_000));
    await until(async () => (await incoming()).length > 0);
    cut();
    await until(async () => (await incoming()).length === 0);
    expect([await content(server, 'half'), await blobs()]).toEqual([404, before]);
  });

  it('no bytes are left of what was removed, cancelled, overwritten or refused', async () => {
    const before = await blobs();
    await put(server, 'short-lived', 'first');
    await put(server, 'short-lived', 'second');
    await server.signed({ method: 'DELETE', name: 'short-lived' });
    const cancelled = await openSession(server, 'cancelled');
    await chunk(cancelled, `bytes 0-${quantum - 1}/*`, Buffer.alloc(quantum));
    await send(cancelled, { method: 'DELETE' });
    const refused = await openSession(server, 'refused');
    await chunk(refused, 'bytes 0-2/3', 'abc', { 'x-goog-hash': `crc32c=${crc('other')}` });
    const { uploadId } = await twoParts(server, 'aborted');
    const path = `/${server.gcs.bucket}/aborted?uploadId=${uploadId}`;
    await server.bearer({ method: 'DELETE', path });
    expect(await blobs()).toEqual(before);
  });

  it('a download goes on while its object is overwritten', async () => {
    const large = Buffer.alloc(8 * 1024 * 1024, 1);
    await put(server, 'read', large);
    const response = await fetch(server.url({ method: 'GET', name: 'read' }));
    await put(server, 'read', 'new');
    expect(Buffer.from(await response.arrayBuffer()).equals(large)).toBe(true);
    expect(await content(server, 'read')).toBe('new');
  });
});
