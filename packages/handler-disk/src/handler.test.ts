import { access, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  call,
  type DiskBench,
  diskBench,
  factsOf,
  manifestOf,
  SECRET,
  send,
  signedPut,
  stored,
} from '../test/bench.ts';
import { errno, watchedFiles } from '../test/file-systems.ts';
import { headText, rawConnection, statusesIn } from '../test/raw-client.ts';
import { sendChunk } from '../test/session-client.ts';

const bytes = bytesOf(200_000);

describe('start', () => {
  it('makes the folder, for its owner alone; nothing is touched before', async () => {
    const b = await diskBench();
    await expect(access(b.folder)).rejects.toMatchObject({ code: 'ENOENT' });
    await b.store.start();
    expect((await stat(b.folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(b.folder)).toEqual(['objects', 'owners', 'secrets', 'staging']);
    await stored(b.store, bytesOf(10));
    const [key = ''] = await b.inside.keys();
    expect((await stat(join(b.folder, 'objects', key))).mode & 0o777).toBe(0o600);
  });

  it('refuses another secret under an id that was used, and takes it under a new one', async () => {
    const b = await diskBench();
    await b.store.start();
    const secret = 'another secret of 32 bytes here!';
    const wrong = b.replica({ secrets: [{ id: SECRET.id, secret }] });
    await expect(wrong.start()).rejects.toMatchObject({ code: 'credentials-wrong' });
    await expect(wrong.start()).rejects.not.toThrow(secret);
    await b.replica({ secrets: [{ id: 'k2', secret }, SECRET] }).start();
    await b.replica({ secrets: [SECRET, { id: 'k2', secret }] }).start();
    for (const name of await readdir(join(b.folder, 'secrets'))) expect(name).not.toContain(secret);
  });

  it('tells what is wrong with the folder, and is tried again by the next', async () => {
    const b = await diskBench();
    let broken = true;
    const store = b.replica(
      {},
      watchedFiles((name) => {
        if (broken && name === 'mkdir') throw errno('EACCES');
      }),
    );
    await expect(store.start()).rejects.toMatchObject({ code: 'access-denied' });
    await expect(store.signer.begin(factsOf(bytes), call)).rejects.toMatchObject({ code: 'access-denied' });
    broken = false;
    await store.start();
    await writeFile(join(b.folder, '..', 'file'), '');
    const inFile = b.replica({ folder: join(b.folder, '..', 'file', 'store') });
    await expect(inFile.start()).rejects.toMatchObject({ code: 'access-denied' });
  });
});

describe('secrets', () => {
  it('can be changed while uploads and downloads go on', async () => {
    const b = await diskBench({ singleUpTo: 0 });
    const plan = await b.store.signer.begin(factsOf(bytes), call);
    const request = plan.signed[0]?.request;
    if (request === undefined) throw new Error('Nothing was signed.');
    await sendChunk(request, bytes, 0, 100_000);
    const next = { id: 'k2', secret: 'the next secret of 32 bytes, new' };
    const rotated = b.replica({ secrets: [next, SECRET] });
    b.serve(rotated);
    expect((await sendChunk(request, bytes, 100_000)).status).toBe(200);
    const committed = await rotated.signer.commit(plan.ticket, manifestOf(bytes), call);
    if (committed.state !== 'stored') throw new Error(committed.state);
    const old = await b.store.signer.read(committed.object.url, call);
    const fresh = await rotated.signer.read(committed.object.url, call);
    expect(fresh.request.url).toContain('id=k2&');
    for (const { url } of [old.request, fresh.request]) expect((await fetch(url)).status).toBe(200);
    b.serve(b.replica({ secrets: [next] }));
    expect(await send(old.request)).toMatchObject({
      status: 403,
      headers: { 'x-mesibo-error': 'UnknownSecret' },
    });
    expect((await send(fresh.request)).status).toBe(200);
  });
});

describe('check', () => {
  it('leaves nothing, and fails as a write would', async () => {
    const b = await diskBench();
    await b.store.check();
    expect(await b.staged()).toEqual([]);
    for (const operation of ['mkdir', 'handle.writeFile', 'handle.sync']) {
      let failing = false;
      const store = b.replica(
        {},
        watchedFiles((name) => {
          if (failing && name === operation) throw errno('ENOSPC');
        }),
      );
      await store.start();
      failing = true;
      await expect(store.check()).rejects.toMatchObject({ code: 'quota-exceeded' });
      expect(await b.staged()).toEqual([]);
    }
  });

  it('says that the folder is gone, and nothing makes it again while the store runs', async () => {
    const b = await diskBench();
    const { request } = await signedPut(b.store, bytesOf(10));
    await b.store.start();
    await rm(b.folder, { recursive: true });
    await expect(b.store.check()).rejects.toMatchObject({ code: 'bucket-not-found' });
    expect(await send(request, bytesOf(10))).toMatchObject({
      status: 404,
      headers: { 'x-mesibo-error': 'NoSuchStore' },
    });
    await expect(access(b.folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('sweep', () => {
  const HOUR = 3_600_000;

  async function aged(b: DiskBench, age: number): Promise<void> {
    const time = new Date(Date.now() - age);
    for (const name of await b.staged()) {
      const path = join(b.folder, 'staging', name);
      for (const each of [...(await readdir(path)).map((inside) => join(path, inside)), path]) {
        await utimes(each, time, time);
      }
    }
  }

  it('removes what is old and was left, and nothing else', async () => {
    const b = await diskBench({ singleUpTo: 0 });
    await b.store.signer.begin(factsOf(bytes), call);
    for (const name of ['put-1', 'trash-1', 'new-1']) {
      await mkdir(join(b.folder, 'staging', name, 'deep'), { recursive: true });
      await writeFile(join(b.folder, 'staging', name, 'deep', 'file'), 'left');
    }
    await aged(b, 23 * HOUR);
    expect(await b.store.sweep()).toBe(0);
    await aged(b, 25 * HOUR);
    const plan = await b.store.signer.begin(factsOf(bytes), call);
    expect(await b.store.sweep()).toBe(4);
    expect(await b.staged()).toHaveLength(1);
    expect((await b.store.signer.resume(plan.ticket, call)).stored).toEqual({ state: 'offset', offset: 0 });
    await aged(b, 2 * HOUR);
    expect(await b.store.sweep(HOUR)).toBe(1);
    expect((await b.store.signer.resume(plan.ticket, call)).stored.state).toBe('gone');
  });

  it('goes by what moved last, and touches no object', async () => {
    const b = await diskBench({ singleUpTo: 0 });
    const plan = await b.store.signer.begin(factsOf(bytes), call);
    const request = plan.signed[0]?.request;
    if (request === undefined) throw new Error('Nothing was signed.');
    await aged(b, 25 * HOUR);
    await sendChunk(request, bytes, 0, 10);
    expect(await b.store.sweep()).toBe(0);
    await sendChunk(request, bytes, 10);
    await b.store.signer.commit(plan.ticket, manifestOf(bytes), call);
    expect(await b.store.sweep(-1)).toBe(0);
    expect(await b.inside.keys()).toHaveLength(1);
  });

  it('lists no session whose object is in its place, so that nobody discards it', async () => {
    const b = await diskBench({ singleUpTo: 0 });
    const plan = await b.store.signer.begin(factsOf(bytes), call);
    const request = plan.signed[0]?.request;
    if (request === undefined) throw new Error('Nothing was signed.');
    await sendChunk(request, bytes, 0);
    const renames: string[] = [];
    const files = watchedFiles((name) => {
      if (name === 'rename') renames.push(name);
      // The process dies when the object is in its place, before the rest of the session goes.
      if (renames.length > 1) throw new Error('The process is dead.');
    });
    const dying = b.replica({}, files).signer.commit(plan.ticket, manifestOf(bytes), call);
    await expect(dying).rejects.toMatchObject({ code: 'internal' });
    expect([await b.staged(), await b.inside.keys()].map(({ length }) => length)).toEqual([1, 1]);
    for await (const { begunAt } of b.store.signer.unfinished(-1, call)) expect(begunAt).toBeUndefined();
    expect(await b.store.signer.commit(plan.ticket, manifestOf(bytes), call)).toMatchObject({
      state: 'stored',
    });
    expect(await b.store.sweep(-1)).toBe(1);
    expect(await b.inside.keys()).toHaveLength(1);
  });
});

describe('close', () => {
  it('ends what runs, and refuses what comes', async () => {
    const b = await diskBench({ singleUpTo: 1_000_000 });
    const { request } = await signedPut(b.store, bytes);
    const running = await rawConnection(b.server);
    running.socket.write(headText(request, { connection: 'close' }));
    running.socket.write(bytes.subarray(0, 1000));
    while ((await b.staged()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    let closed = false;
    const closing = b.store.close().then(() => {
      closed = true;
    });
    expect(await send(request, bytes)).toMatchObject({
      status: 503,
      headers: { 'x-mesibo-error': 'SlowDown' },
    });
    expect(closed).toBe(false);
    running.socket.write(bytes.subarray(1000));
    expect(statusesIn(await running.answer)).toEqual([200]);
    await closing;
  });
});

it('the base URLs may be another than the one that is served, and known later', async () => {
  const b = await diskBench({ publicUrl: () => 'https://files.example.com/files' });
  const url = await stored(b.store, bytesOf(10));
  expect(url).toMatch(/^https:\/\/files\.example\.com\/files\/mesibo\/1\//);
  expect(b.store.signer.owns(url)).toBe(true);
  expect(
    b.store.signer.owns(url.replace('https://files.example.com/files', `${b.server.endpoint}/disk`)),
  ).toBe(true);
  const { request } = await b.store.signer.read(url, call);
  expect((await send(request)).body).toEqual(bytesOf(10));
});
