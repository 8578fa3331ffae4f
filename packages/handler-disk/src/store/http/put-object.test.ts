import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignedRequest } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  call,
  type DiskBench,
  digestOf,
  diskBench,
  factsOf,
  manifestOf,
  send,
  signedPut,
} from '../../../test/bench.ts';
import { headText, rawConnection, statusesIn } from '../../../test/raw-client.ts';

const bytes = bytesOf(300_000);
const SINGLE = { singleUpTo: 1_000_000 };

/** Ends when the staging folder is empty: what a broken connection leaves goes a moment after it. */
async function emptied(b: DiskBench): Promise<void> {
  while ((await b.staged()).length > 0) await new Promise((resolve) => setImmediate(resolve));
}

/** Ends when something is staged. */
async function begun(b: DiskBench): Promise<void> {
  for (;;) {
    const [name] = await b.staged().catch(() => []);
    if (name !== undefined && (await readdir(join(b.folder, 'staging', name)).catch(() => [])).length > 0)
      return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('creation', () => {
  it('of twenty racers, on two replicas, exactly one wins, and its bytes are there', async () => {
    const b = await diskBench(SINGLE);
    const other = b.replica();
    const { request } = await signedPut(b.store, bytes);
    let count = 0;
    b.serve({ ...b.store, handle: (...args) => (count++ % 2 ? other : b.store).handle(...args) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(request, bytes)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array(19).fill(412)]);
    const [key = ''] = await b.inside.keys();
    expect(Buffer.compare(await b.inside.bytes(key), bytes)).toBe(0);
    expect(await b.staged()).toEqual([]);
  });

  it('never overwrites, and answers so before the body is sent', async () => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    await send(request, bytes);
    const { answer, socket } = await rawConnection(b.server);
    socket.write(headText(request));
    await once(socket, 'data');
    socket.destroy();
    expect(statusesIn(await answer)).toEqual([412]);
  });
});

describe('a body', () => {
  it('that is another than was signed is not stored', async () => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    const answer = await send(request, bytesOf(bytes.length, 2));
    expect(answer).toMatchObject({ status: 400, headers: { 'x-mesibo-error': 'BadDigest' } });
    expect([await b.inside.keys(), await b.staged()]).toEqual([[], []]);
  });

  it('that breaks off leaves nothing, wherever it does', async () => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    for (const size of [0, 1, 65_536, bytes.length - 1]) {
      const { answer, socket } = await rawConnection(b.server);
      socket.write(headText(request));
      socket.write(bytes.subarray(0, size));
      await begun(b);
      socket.destroy();
      await answer;
      await emptied(b);
      expect(await b.inside.keys()).toEqual([]);
    }
  });

  it('that breaks off where its digest is the same as at its end is not stored', async () => {
    const b = await diskBench(SINGLE);
    // Its CRC32 is that of no bytes at all.
    const twin = Buffer.from([0x9d, 0x0a, 0xd9, 0x6d]);
    const { request } = await signedPut(b.store, twin);
    const { answer, socket } = await rawConnection(b.server);
    socket.write(headText(request));
    await begun(b);
    socket.destroy();
    await answer;
    await emptied(b);
    expect(await b.inside.keys()).toEqual([]);
    expect((await send(request, twin)).status).toBe(200);
  });

  it('that is refused is not read for ever', async () => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    const { answer, socket } = await rawConnection(b.server);
    const MIB = 1024 * 1024;
    socket.write(headText(request, { 'content-length': String(1000 * MIB) }));
    const drained = (): Promise<void> => new Promise((resolve) => socket.once('drain', resolve));
    let sent = 0;
    while (!socket.destroyed && sent < 900) {
      sent += 1;
      if (!socket.write(Buffer.alloc(MIB))) await Promise.race([drained(), answer]);
    }
    expect(socket.destroyed).toBe(true);
  });

  it("of a slow client is the server's to end: nothing is left then", async () => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    const slow = await rawConnection(b.server);
    slow.socket.write(headText(request));
    slow.socket.write(bytes.subarray(0, 1000));
    await begun(b);
    b.server.server.closeAllConnections();
    await slow.answer;
    await emptied(b);
    expect(await b.inside.keys()).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string | null>>, number]>([
    ['of another length', { 'content-length': String(bytes.length - 1) }, 403],
    ['in chunks', { 'content-length': null, 'transfer-encoding': 'chunked' }, 403],
    ['of two lengths', { 'content-length': '5, 6' }, 400],
    ['of no length at all', { 'content-length': '-1' }, 400],
    ['of a length and in chunks', { 'transfer-encoding': 'chunked' }, 400],
  ])('%s is refused', async (_, changes, status) => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    const { answer, socket } = await rawConnection(b.server);
    socket.end(`${headText(request, { connection: 'close', ...changes })}5\r\nhello\r\n0\r\n\r\n`);
    expect(statusesIn(await answer)).toContain(status);
    expect([await b.inside.keys(), await b.staged()]).toEqual([[], []]);
  });

  it('of no stated length is refused', async () => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    const { answer, socket } = await rawConnection(b.server);
    socket.write(headText(request, { connection: 'close', 'content-length': null }));
    expect(statusesIn(await answer)).toEqual([403]);
    const session = await b.store.signer.begin(factsOf(bytes, { size: null, digests: {} }), call);
    const raw = await rawConnection(b.server);
    const chunk = {
      ...session.signed[0]?.request,
      headers: { 'content-range': 'bytes 0-9/*' },
    } as SignedRequest;
    raw.socket.write(headText(chunk, { connection: 'close', 'transfer-encoding': 'chunked' }));
    raw.socket.write('a\r\n0123456789\r\n0\r\n\r\n');
    expect(statusesIn(await raw.answer)).toEqual([411]);
  });

  it('with rubbish behind it is stored without it or not at all, and the rubbish is refused', async () => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    const { answer, socket } = await rawConnection(b.server);
    socket.write(headText(request));
    socket.write(Buffer.concat([bytes, Buffer.from('\0\0 rubbish\r\n\r\n')]));
    expect(statusesIn(await answer).at(-1)).toBe(400);
    await emptied(b);
    for (const key of await b.inside.keys()) expect(Buffer.compare(await b.inside.bytes(key), bytes)).toBe(0);
    expect([200, 412]).toContain((await send(request, bytes)).status);
  });

  it('refused in the middle of it is answered all the same, and the connection goes on', async () => {
    const b = await diskBench(SINGLE);
    const { request } = await signedPut(b.store, bytes);
    const { answer, socket } = await rawConnection(b.server);
    socket.write(headText(request, { 'content-type': 'text/html' }));
    socket.write(bytes);
    socket.write(headText(request, { connection: 'close' }));
    socket.write(bytes);
    expect(statusesIn(await answer)).toEqual([403, 200]);
  });
});

it('a file of no bytes is one', async () => {
  const b = await diskBench(SINGLE);
  const none = Buffer.alloc(0);
  const { request, ticket }: { request: SignedRequest; ticket: string } = await signedPut(b.store, none);
  expect((await send(request, none)).status).toBe(200);
  const committed = await b.store.signer.commit(ticket, manifestOf(none), call);
  expect(committed).toMatchObject({
    state: 'stored',
    object: { size: 0, integrity: { kind: 'whole', digests: { crc32: digestOf(none) } } },
  });
});
