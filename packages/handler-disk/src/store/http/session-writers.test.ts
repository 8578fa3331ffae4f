import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf, call, type DiskBench, diskBench, manifestOf } from '../../../test/bench.ts';
import { headText, type RawConnection, rawConnection } from '../../../test/raw-client.ts';
import {
  arrived,
  askOffset,
  chunkHeaders,
  type OpenSession,
  openSession,
  sendChunk,
} from '../../../test/session-client.ts';

const bytes = bytesOf(300_000);
const CHUNK = 100_000;

describe('one session, two requests', () => {
  /** A chunk that is on its way and does not end. */
  async function halfSent({ folder, request }: OpenSession, b: DiskBench): Promise<RawConnection> {
    const headers = { ...chunkHeaders(bytes, 0, bytes.length), 'content-length': String(bytes.length) };
    const connection = await rawConnection(b.server);
    connection.socket.write(headText({ ...request, headers }));
    connection.socket.write(bytes.subarray(0, 10));
    await arrived(folder, 0);
    return connection;
  }

  it('in one process the later ends the earlier, whatever it is', async () => {
    const b = await diskBench();
    const session = await openSession(b, bytes);
    const asked = await halfSent(session, b);
    expect(await askOffset(session.request)).toBeLessThanOrEqual(10);
    await asked.answer;
    const sent = await halfSent(session, b);
    expect((await sendChunk(session.request, bytes, 0)).status).toBe(200);
    await sent.answer;
    const [name = ''] = (await readdir(session.folder)).filter((each) => each.startsWith('sealed-'));
    expect(Buffer.compare(await readFile(join(session.folder, name, 'clip.mp4')), bytes)).toBe(0);
  });

  it('a discard ends it', async () => {
    const b = await diskBench();
    const session = await openSession(b, bytes);
    const sent = await halfSent(session, b);
    await b.store.signer.discard(session.plan.ticket, call);
    await sent.answer;
    expect(await b.staged()).toEqual([]);
  });

  it('in two processes the later waits, until nothing was heard of the earlier for a while', async () => {
    const b = await diskBench();
    const session = await openSession(b, bytes);
    await sendChunk(session.request, bytes, 0, CHUNK);
    const sent = await halfSent(session, b);
    let late = 0;
    b.serve(b.replica({ clock: { now: () => Date.now() + late } }));
    expect(await askOffset(session.request)).toBe(CHUNK);
    expect(await sendChunk(session.request, bytes, CHUNK)).toMatchObject({
      status: 503,
      headers: { 'x-mesibo-error': 'SessionBusy', 'retry-after': '1' },
    });
    late = 60_000;
    expect((await sendChunk(session.request, bytes, CHUNK)).status).toBe(200);
    sent.socket.destroy();
    await sent.answer;
  });

  it('who lost a session writes into nothing that anyone sees, however late it comes back', async () => {
    const b = await diskBench();
    const session = await openSession(b, bytes);
    await sendChunk(session.request, bytes, 0, CHUNK);
    const headers = {
      ...chunkHeaders(bytes, CHUNK, bytes.length),
      'content-length': String(bytes.length - CHUNK),
      connection: 'close',
    };
    const lost = await rawConnection(b.server);
    lost.socket.write(headText({ ...session.request, headers }));
    await arrived(session.folder, CHUNK);
    const other = b.replica({ clock: { now: () => Date.now() + 60_000 } });
    b.serve(other);
    expect((await sendChunk(session.request, bytes, CHUNK)).status).toBe(200);
    await other.signer.commit(session.plan.ticket, manifestOf(bytes), call);
    // Other bytes, by the request that is still open, at the process that believes to hold the session.
    lost.socket.write(bytesOf(bytes.length - CHUNK, 9));
    expect(await lost.answer).toMatch(/^HTTP\/1\.1 (400|503|404) /);
    const [key = ''] = await b.inside.keys();
    expect(Buffer.compare(await b.inside.bytes(key), bytes)).toBe(0);
  });
});

it('who lost a session and ends it with a wrong digest spoils nothing for who has it', async () => {
  const b = await diskBench();
  const session = await openSession(b, bytes);
  const headers = {
    ...chunkHeaders(bytes, 0, bytes.length),
    'content-length': String(bytes.length),
    connection: 'close',
  };
  const lost = await rawConnection(b.server);
  lost.socket.write(headText({ ...session.request, headers }));
  await arrived(session.folder, 0);
  b.serve(b.replica({ clock: { now: () => Date.now() + 60_000 } }));
  expect((await sendChunk(session.request, bytes, 0, CHUNK)).status).toBe(308);
  lost.socket.write(bytesOf(bytes.length, 9));
  expect(await lost.answer).toMatch(/^HTTP\/1\.1 503 /);
  expect((await sendChunk(session.request, bytes, CHUNK)).status).toBe(200);
});

it('any replica goes on where another was, and of twenty commits all say stored', async () => {
  const b = await diskBench();
  const { plan, request } = await openSession(b, bytes);
  for (let first = 0; first < bytes.length; first += 20_000) {
    b.serve(b.replica());
    await sendChunk(request, bytes, first, first + 20_000);
  }
  const commits = Array.from({ length: 20 }, (_, index) =>
    (index % 2 ? b.store : b.replica()).signer.commit(plan.ticket, manifestOf(bytes), call),
  );
  const states = (await Promise.all(commits)).map(({ state }) => state);
  expect(states).toEqual(Array(20).fill('stored'));
  const [key = ''] = await b.inside.keys();
  expect(Buffer.compare(await b.inside.bytes(key), bytes)).toBe(0);
  expect(await b.staged()).toEqual([]);
});
