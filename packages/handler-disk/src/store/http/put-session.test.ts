import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { bytesOf, call, digestOf, diskBench, manifestOf, send } from '../../../test/bench.ts';
import { errno, watchedFiles } from '../../../test/file-systems.ts';
import { headText, rawConnection } from '../../../test/raw-client.ts';
import { arrived, askOffset, chunkHeaders, openSession, sendChunk } from '../../../test/session-client.ts';

const bytes = bytesOf(300_000);
const CHUNK = 100_000;

describe('a session', () => {
  it('takes chunks in order, and is an object when it is committed, not before', async () => {
    const b = await diskBench();
    const { plan, request } = await openSession(b, bytes);
    expect(await askOffset(request)).toBe(0);
    for (const first of [0, CHUNK]) {
      const answer = await sendChunk(request, bytes, first, first + CHUNK);
      expect(answer).toMatchObject({ status: 308, headers: { 'upload-offset': String(first + CHUNK) } });
      expect(await askOffset(request)).toBe(first + CHUNK);
    }
    expect(await b.store.signer.commit(plan.ticket, manifestOf(bytes), call)).toEqual({
      state: 'missing',
      parts: [],
    });
    expect((await sendChunk(request, bytes, 2 * CHUNK)).status).toBe(200);
    expect(await b.inside.keys()).toEqual([]);
    expect(await askOffset(request)).toBeNull();
    const committed = await b.store.signer.commit(plan.ticket, manifestOf(bytes), call);
    expect(committed).toMatchObject({ state: 'stored', object: { size: bytes.length } });
    const [key = ''] = await b.inside.keys();
    expect(Buffer.compare(await b.inside.bytes(key), bytes)).toBe(0);
    expect(await b.staged()).toEqual([]);
    // What it says afterwards: that it is done.
    expect(await askOffset(request)).toBeNull();
  });

  it('passes over what it holds, and tells its place to who is ahead of it', async () => {
    const b = await diskBench();
    const { request } = await openSession(b, bytes);
    await sendChunk(request, bytes, 0, CHUNK);
    expect(await sendChunk(request, bytes, 2 * CHUNK)).toMatchObject({
      status: 308,
      headers: { 'upload-offset': String(CHUNK) },
    });
    await sendChunk(request, bytes, 50_000, 150_000);
    expect(await askOffset(request)).toBe(150_000);
    await sendChunk(request, bytes, 0, CHUNK);
    expect(await askOffset(request)).toBe(150_000);
    expect((await sendChunk(request, bytes, 0)).status).toBe(200);
  });

  it('keeps what came of a chunk that breaks off', async () => {
    const b = await diskBench();
    const large = bytesOf(4_000_000);
    const { folder, request } = await openSession(b, large);
    const { answer, socket } = await rawConnection(b.server);
    const headers = { ...chunkHeaders(large, 0, large.length), 'content-length': String(large.length) };
    socket.write(headText({ ...request, headers }));
    socket.write(large.subarray(0, 3_000_000));
    await arrived(folder, 1_048_576);
    socket.destroy();
    await answer;
    const offset = (await askOffset(request)) ?? 0;
    expect(offset).toBeGreaterThanOrEqual(1_048_576);
    expect(offset).toBeLessThanOrEqual(3_000_000);
    expect((await sendChunk(request, large, offset)).status).toBe(200);
    expect((await readdir(folder)).filter((name) => name.startsWith('sealed-'))).toHaveLength(1);
  });

  it('is lost when the digest of the whole is another', async () => {
    const b = await diskBench();
    const { plan, request } = await openSession(b, bytes);
    await send(request, bytesOf(CHUNK, 2), chunkHeaders(bytes, 0, CHUNK));
    const answer = await sendChunk(request, bytes, CHUNK);
    expect(answer).toMatchObject({ status: 400, headers: { 'x-mesibo-error': 'BadDigest' } });
    expect(await b.staged()).toEqual([]);
    expect((await sendChunk(request, bytes, 0)).headers['x-mesibo-error']).toBe('NoSuchUpload');
    expect(await b.store.signer.commit(plan.ticket, manifestOf(bytes), call)).toEqual({ state: 'gone' });
  });

  it('a chunk sent again when all is there, without the digest, ends nothing and loses nothing', async () => {
    const b = await diskBench();
    const { request } = await openSession(b, bytes, { size: null, maxSize: 400_000 });
    const all = { 'content-range': `bytes 0-${bytes.length - 1}/*` };
    expect((await send(request, bytes, all)).status).toBe(308);
    const again = await send(request, bytes.subarray(0, CHUNK), {
      'content-range': `bytes 0-${CHUNK - 1}/${bytes.length}`,
    });
    expect(again).toMatchObject({ status: 308, headers: { 'upload-offset': String(bytes.length) } });
    const end = { 'content-range': `bytes */${bytes.length}`, 'x-mesibo-crc32': digestOf(bytes) };
    expect((await send(request, null, end)).status).toBe(200);
  });

  it.each<[string, Readonly<Record<string, string>>, number, number]>([
    ['no Content-Range', {}, 10, 400],
    ['a Content-Range of no sense', { 'content-range': 'bytes 5-1/300000' }, 10, 400],
    ['one beyond the total', { 'content-range': 'bytes 0-9/5' }, 10, 400],
    ['one of another length than the body', { 'content-range': 'bytes 0-10/300000' }, 10, 400],
    ['another total than was planned', { 'content-range': 'bytes 0-9/299999' }, 10, 400],
    ['more than was planned', { 'content-range': 'bytes 0-9/*', 'x-over': '1' }, 10, 308],
    ['a total beyond what it takes', { 'content-range': 'bytes 0-9/300001' }, 10, 413],
    ['the last chunk without a digest', { 'content-range': 'bytes 0-299999/300000' }, 300_000, 400],
    [
      'a digest that is none',
      { 'content-range': 'bytes 0-299999/300000', 'x-mesibo-crc32': 'AAAA' },
      300_000,
      400,
    ],
  ])('with %s is answered, and keeps what it holds', async (_, headers, size, status) => {
    const b = await diskBench();
    const { request } = await openSession(b, bytes);
    expect((await send(request, bytes.subarray(0, size), headers)).status).toBe(status);
    expect(await askOffset(request)).toBe(status === 308 ? size : 0);
  });

  it('cancelled by its URL is gone; a committed one stays', async () => {
    const b = await diskBench();
    const one = await openSession(b, bytes);
    await sendChunk(one.request, bytes, 0, CHUNK);
    expect((await send(one.request, null, {}, 'DELETE')).status).toBe(204);
    expect(await b.staged()).toEqual([]);
    expect((await send(one.request, null, {}, 'DELETE')).status).toBe(204);
    const two = await openSession(b, bytes);
    await sendChunk(two.request, bytes, 0);
    await b.store.signer.commit(two.plan.ticket, manifestOf(bytes), call);
    await send(two.request, null, {}, 'DELETE');
    await b.store.signer.discard(two.plan.ticket, call);
    expect(await b.inside.keys()).toHaveLength(1);
  });

  it('is refused by a commit that says otherwise, and removed', async () => {
    const b = await diskBench();
    const { plan, request } = await openSession(b, bytes);
    await sendChunk(request, bytes, 0);
    const outcome = await b.store.signer.commit(plan.ticket, manifestOf(bytesOf(bytes.length, 2)), call);
    expect(outcome).toMatchObject({ state: 'refused', code: 'digest-mismatch' });
    expect([await b.inside.keys(), await b.staged()]).toEqual([[], []]);
  });

  it('of a full disk keeps what it held, and goes on when there is room', async () => {
    const b = await diskBench();
    const { request } = await openSession(b, bytes);
    await sendChunk(request, bytes, 0, CHUNK);
    for (const operation of ['handle.writev', 'handle.sync', 'handle.writeFile', 'handle.truncate']) {
      let full = true;
      const files = watchedFiles((name) => {
        if (full && name === operation) throw errno('ENOSPC');
      });
      full = false;
      const store = b.replica({}, files);
      await store.start();
      full = true;
      b.serve(store);
      expect(await sendChunk(request, bytes, CHUNK), operation).toMatchObject({ status: 507 });
      b.serve(b.store);
      expect(await askOffset(request)).toBe(CHUNK);
    }
    expect((await sendChunk(request, bytes, CHUNK)).status).toBe(200);
  });
});
