import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Keyring } from '../src/presign/keyring.ts';
import { signUrl } from '../src/presign/presign.ts';
import { bytesOf, call, diskBench, SECRET, send, signedPut, stored } from './bench.ts';
import { headText, rawConnection, statusesIn } from './raw-client.ts';

const part = fc.constantFrom(
  '..',
  '.',
  '%2e%2e',
  '%2E.',
  '%252e%252e',
  '%2f',
  '%5c',
  '\\',
  '/',
  '//',
  '%00',
  'store',
  'objects',
  'staging',
  'secrets',
  'outside.txt',
  '.object.json',
  'disk',
  'mesibo',
  '0',
  '2026',
  '01',
  'ab'.repeat(16),
  '%c0%ae',
  '%u002e',
  '*',
  'a'.repeat(300),
  '~root',
  'C:',
  'http://127.0.0.1',
  ';',
  '@',
  '?',
  '#x',
);
const path = fc.array(part, { maxLength: 12 }).map((parts) => `/disk/${parts.join('/')}`);
const method = fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD', 'POST', 'OPTIONS', 'PROPFIND');

it('no path of any request leads out of the folder, or is answered by more than a refusal', async () => {
  const b = await diskBench();
  await b.store.start();
  await writeFile(join(b.folder, '..', 'outside.txt'), 'outside');
  await stored(b.store, bytesOf(10));
  const before = [await b.inside.keys(), await readdir(join(b.folder, '..')), await readdir(b.folder)];
  await fc.assert(
    fc.asyncProperty(method, path, async (verb, target) => {
      const { socket, answer } = await rawConnection(b.server);
      socket.end(`${verb} ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      const [status = 0] = statusesIn(await answer);
      expect(status === 204 ? verb : status).toSatisfy(
        (told) => told === 'OPTIONS' || (told >= 400 && told < 500),
      );
    }),
    { numRuns: 400 },
  );
  expect([await b.inside.keys(), await readdir(join(b.folder, '..')), await readdir(b.folder)]).toEqual(
    before,
  );
  expect(await readFile(join(b.folder, '..', 'outside.txt'), 'utf8')).toBe('outside');
});

it('a key that was signed, but is none of this store, names nothing', async () => {
  const b = await diskBench();
  await b.store.start();
  await writeFile(join(b.folder, '..', 'outside.txt'), 'outside');
  const keys = [
    'outside.txt',
    '.object.json',
    `mesibo/1/2026/01/${'ab'.repeat(16)}/.object.json`,
    'a/b',
    'secrets/k1',
  ];
  for (const key of keys) {
    const common = { key, session: null, upload: null, issued: Date.now(), life: 60_000 };
    const sign = (grant: Parameters<typeof signUrl>[2]): string =>
      signUrl(new Keyring([SECRET]), `${b.server.endpoint}/disk`, grant);
    const headers = { 'content-length': '1', 'x-mesibo-crc32': 'AAAAAA==' };
    const read = sign({ ...common, permission: 'read', version: null, headers: {} });
    expect((await send({ method: 'GET', url: read, headers: {}, timeToLive: 1 })).status, key).toBe(404);
    const url = sign({ ...common, permission: 'object', version: null, headers });
    expect((await send({ method: 'PUT', url, headers, timeToLive: 1 }, bytesOf(1))).status, key).toBe(400);
  }
  expect(await b.inside.keys()).toEqual([]);
  expect(await b.staged()).toEqual([]);
});

it('a symbolic link is not followed: not for a folder, not for a file', async () => {
  const b = await diskBench();
  const bytes = bytesOf(100);
  const url = await stored(b.store, bytes);
  const [key = ''] = await b.inside.keys();
  const objects = join(b.folder, 'objects');
  const elsewhere = join(b.folder, '..', 'elsewhere');
  const { request } = await b.store.signer.read(url, call);
  expect((await send(request)).body).toEqual(bytes);
  await mkdir(elsewhere);

  // The file itself.
  await rename(join(objects, key), join(elsewhere, 'file'));
  await symlink(join(elsewhere, 'file'), join(objects, key));
  expect(await send(request)).toMatchObject({ status: 500, headers: { 'x-mesibo-error': 'FolderDenied' } });
  await rm(join(objects, key));
  await rename(join(elsewhere, 'file'), join(objects, key));
  expect((await send(request)).body).toEqual(bytes);

  // Its own folder, and each above.
  for (let folder = dirname(key); folder !== '.'; folder = dirname(folder)) {
    await rename(join(objects, folder), join(elsewhere, 'folder'));
    await symlink(join(elsewhere, 'folder'), join(objects, folder));
    expect(await send(request)).toMatchObject({ status: 500, headers: { 'x-mesibo-error': 'FolderDenied' } });
    await expect(b.store.signer.read(url, call)).rejects.toMatchObject({ code: 'access-denied' });
    await rm(join(objects, folder));
    await rename(join(elsewhere, 'folder'), join(objects, folder));
  }
});

it('nothing is written through a symbolic link', async () => {
  const b = await diskBench();
  await b.store.start();
  const elsewhere = join(b.folder, '..', 'elsewhere');
  await mkdir(elsewhere);
  const bytes = bytesOf(100);
  const put = await signedPut(b.store, bytes);
  await symlink(elsewhere, join(b.folder, 'objects', 'mesibo'));
  expect(await send(put.request, bytes)).toMatchObject({ status: 500 });
  expect(await readdir(elsewhere)).toEqual([]);
  expect(await b.staged()).toEqual([]);
  await rm(join(b.folder, 'objects'), { recursive: true });
  await symlink(elsewhere, join(b.folder, 'objects'));
  const other = b.replica();
  await expect(other.start()).rejects.toMatchObject({ code: 'access-denied' });
  expect(await readdir(elsewhere)).toEqual([]);
});

it('a header with a name or a slash in it changes no path', async () => {
  const b = await diskBench();
  const bytes = bytesOf(100);
  const { request } = await signedPut(b.store, bytes, { name: '../../../../etc/passwd' });
  const { socket, answer } = await rawConnection(b.server);
  socket.write(
    headText(request, { connection: 'close', 'x-original-url': '/../outside', 'x-http-method': 'DELETE' }),
  );
  socket.write(bytes);
  expect(statusesIn(await answer)).toEqual([200]);
  const [key = ''] = await b.inside.keys();
  expect(key).toMatch(/^mesibo\/1\/\d{4}\/\d{2}\/[0-9a-f]{32}\/passwd$/);
});
