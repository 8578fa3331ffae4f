import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type ClientRequest, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime } from '@mesibo-files/handler-core';
import { type DiskStore, diskStore } from '@mesibo-files/handler-disk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, bearer, MIB } from '../../test/wire/downloads.ts';
import { encodeForm, filePart, fiveFields, formHeaders, type Part, post } from '../../test/wire/forms.ts';
import { until } from '../../test/wire/settled.ts';
import { startWorld, tokenOnly, type World, type WorldOptions } from '../../test/wire/world.ts';
import type { PendingFile } from '../context/events.ts';
import type { Holding, Reservation } from '../context/quotas.ts';
import { storeProbe } from '../node/store-probe.ts';

/** Where nobody listens: whoever sends a request to the store fails. */
const NOWHERE = 'http://127.0.0.1:9/disk';

/** Both ways of a form to the disk: what holds of one must hold of the other. */
const WAYS = [
  ['in its process', true],
  ['reached through the engine', false],
] as const;

describe.each(WAYS)('a file server whose disk is %s', (_way, here) => {
  let folder: string;
  let disk: DiskStore;
  let store: Server;
  let world: World;
  const open: ClientRequest[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-store-'));
    store = createServer((asked, answer) => void disk.handle(asked, answer));
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.destroy();
    await world.close();
    store.closeAllConnections();
    await new Promise((resolve) => store.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });
  const start = async (options: WorldOptions = {}): Promise<void> => {
    world = await startWorld({
      downloads: 'stream',
      ...options,
      signer: (_own, publicUrl) => {
        const secrets = [{ id: 'k', secret: 'a secret of 32 bytes for a test!' }] as const;
        const storeUrl = here ? NOWHERE : `http://127.0.0.1:${(store.address() as AddressInfo).port}/disk`;
        disk = diskStore({ folder, secrets, storeUrl, publicUrl });
        const { local: _, ...elsewhere } = disk.signer;
        return here ? disk.signer : elsewhere;
      },
    });
  };
  const staged = (): Promise<string[]> => readdir(join(folder, 'staging')).catch(() => []);
  const files = async (): Promise<number> => {
    const found = await readdir(join(folder, 'objects'), { recursive: true }).catch(() => []);
    return found.filter((name) => name.endsWith('.object.json')).length;
  };
  const bytesAt = async (url: unknown, headers = {}): Promise<Buffer> =>
    Buffer.from(await (await ask(String(url), headers)).arrayBuffer());

  it.each([
    ['empty', 0],
    ['small', 100_000],
    ['as long as what is gathered', 256 * 1024],
    ['one byte longer', 256 * 1024 + 1],
    ['large', 9 * MIB + 17],
  ])('stores and serves a file that is %s', async (_, size) => {
    await start();
    const bytes = randomBytes(size);
    const { status, body } = await post(world.baseUrl, [...fiveFields(), filePart(bytes, 'Kätze.jpg')]);
    expect(status).toBe(200);
    const answer = await ask(String(body.url));
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(answer.headers.get('content-disposition')).toContain(encodeURIComponent('Kätze.jpg'));
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), bytes)).toBe(0);
    expect(await staged()).toEqual([]);
    const stored = world.events.find(({ type }) => type === 'stored');
    expect(stored).toMatchObject({
      file: { size, via: 'upload-url', sender: { uid: 7, mid: '42', source: 0, secure: false } },
    });
  });

  it('serves ranges, conditions and HEAD, and nothing of a removed file', async () => {
    await start({
      authorise: (one) => (one.action === 'remove' ? { allow: true } : tokenOnly(one, AbortSignal.abort())),
    });
    const bytes = randomBytes(700_000);
    const { url } = (await post(world.baseUrl, [...fiveFields(), filePart(bytes)])).body;
    const part = await ask(String(url), { range: 'bytes=300000-599999' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 300000-599999/700000']);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(300_000, 600_000))).toBe(true);
    expect((await ask(String(url), { range: 'bytes=700000-' })).status).toBe(416);
    const etag = part.headers.get('etag') ?? '';
    expect((await ask(String(url), { 'if-none-match': etag })).status).toBe(304);
    const head = await ask(String(url), {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '700000']);
    expect((await ask(String(url), bearer, 'DELETE')).status).toBe(204);
    expect((await ask(String(url))).status).toBe(404);
  });

  it.each([
    ['small', 5000],
    ['large', 7 * MIB],
  ])('takes a %s file whose fields come after it', async (_, size) => {
    await start();
    const bytes = randomBytes(size);
    const [op, ...rest] = fiveFields();
    const { status, body } = await post(world.baseUrl, [op as Part, filePart(bytes), ...rest]);
    expect(status).toBe(200);
    expect((await bytesAt(body.url)).equals(bytes)).toBe(true);
  });

  it.each([
    ['in a small file', 20_000],
    ['in a large one', 40 * MIB],
  ])('leaves nothing when the client goes away %s', async (_, size) => {
    await start();
    const sent = request(`${world.baseUrl}/upload`, { method: 'POST', headers: formHeaders(), agent: false });
    sent.on('error', () => undefined);
    open.push(sent);
    const whole = encodeForm([...fiveFields(), filePart(randomBytes(size))]);
    sent.write(whole.subarray(0, whole.length / 2));
    await until(() => world.events.some(({ type }) => type === 'started'));
    if (size > MIB) await until(async () => (await staged()).length > 0);
    sent.destroy();
    await until(() => world.events.some(({ type }) => type === 'request'));
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'request', code: 'body-cut-off' }));
    expect(world.events.filter(({ type }) => type === 'fault')).toEqual([]);
    expect([await files(), await staged()]).toEqual([0, []]);
  });

  it('leaves nothing of a form that is cut off or goes wrong behind its file', async () => {
    await start();
    const whole = encodeForm([...fiveFields(), filePart(randomBytes(600_000))]);
    const cut = await post(world.baseUrl, whole.subarray(0, -10));
    expect(cut.status).toBe(400);
    const two = [...fiveFields(), filePart(randomBytes(600_000)), filePart('again')];
    expect((await post(world.baseUrl, two)).status).toBe(400);
    expect([await files(), await staged()]).toEqual([0, []]);
  });

  it('refuses a file above the limit, and leaves nothing', async () => {
    await start({ limits: { maxFileSize: 500_000 } });
    const { status } = await post(world.baseUrl, [...fiveFields(), filePart(randomBytes(500_001))]);
    expect(status).toBe(413);
    expect([await files(), await staged()]).toEqual([0, []]);
  });

  it('asks the owner before anyone can read it: removes what is not wanted', async () => {
    const seen: PendingFile[] = [];
    await start({
      onStored: async (file) => {
        seen.push(file);
        expect(await files()).toBe(0);
        return file.size === 5 ? { remove: 'Too dull.' } : undefined;
      },
    });
    const refused = await post(world.baseUrl, [...fiveFields(), filePart('dull.')]);
    expect([refused.status, refused.body.error]).toEqual([403, 'forbidden']);
    expect(await files()).toBe(0);
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'rejected', reason: 'Too dull.' }));
    const kept = await post(world.baseUrl, [...fiveFields(), filePart('not dull')]);
    expect((await bytesAt(kept.body.url)).toString()).toBe('not dull');
    expect(seen.map(({ via, size }) => [via, size])).toEqual([
      ['upload-url', 5],
      ['upload-url', 8],
    ]);
  });

  it('waits for a decision that is made by settle, from anywhere', async () => {
    let id = '';
    await start({
      onStored: (file) => {
        id = file.id;
        return { later: 500 };
      },
    });
    const sending = post(world.baseUrl, [...fiveFields(), filePart('scan me')]);
    await until(() => id !== '');
    expect(await files()).toBe(0);
    expect((await world.server.settle(id, 'keep')).state).toBe('stored');
    const { body } = await sending;
    expect((await bytesAt(body.url)).toString()).toBe('scan me');
  });

  it('gives up a file on which nobody decides, and leaves nothing of it', async () => {
    await start({ onStored: () => ({ later: 60_000 }), limits: { uploadPendingFor: 1_000 } });
    const { status, body } = await post(world.baseUrl, [...fiveFields(), filePart('scan me')]);
    expect([status, body.error]).toEqual([503, 'commit-pending']);
    expect(await files()).toBe(0);
    expect(await staged()).toEqual([]);
  });

  it('leaves nothing of a file whose owner failed to decide', async () => {
    await start({
      onStored: () => {
        throw new Error('The scanner is down.');
      },
      limits: { uploadPendingFor: 1_000 },
    });
    const { status, body } = await post(world.baseUrl, [...fiveFields(), filePart('scan me')]);
    expect([status, body.error]).toEqual([503, 'commit-pending']);
    expect([await files(), await staged()]).toEqual([0, []]);
  });

  it('gives no page of its own origin, whatever type and name a form states', async () => {
    await start();
    const page = '<script>alert(document.domain)</script>';
    for (const [name, type] of [
      ['cat.jpg', 'image/jpeg'],
      ['../../../page.html', 'text/html'],
      ['page.svg', 'image/svg+xml'],
    ] as const) {
      const { body } = await post(world.baseUrl, [...fiveFields(), filePart(page, name, type)]);
      const answer = await ask(String(body.url));
      expect(await answer.text()).toBe(page);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain('sandbox');
      const shown = answer.headers.get('content-disposition') ?? '';
      expect([name, shown.startsWith('inline')]).toEqual([name, name === 'cat.jpg']);
      expect(shown).not.toContain('..');
    }
    expect([await files(), await staged()]).toEqual([3, []]);
  });

  it('keeps as the sender whom the owner knows, whoever the form says it is', async () => {
    await start({
      authorise: (one) => (one.action === 'upload' ? { allow: true, uid: 12 } : { allow: true }),
    });
    await post(world.baseUrl, [...fiveFields({ uid: '99' }), filePart('mine')]);
    const stored = world.events.find(({ type }) => type === 'stored');
    expect(stored).toMatchObject({ file: { sender: { uid: 12 } } });
    expect(await files()).toBe(1);
  });

  it('reserves what can come of a quota, settles what came, and gives back what did not', async () => {
    const told: (readonly [string, number?])[] = [];
    const quotas = {
      reserve: async ({ bytes }: Reservation) => {
        told.push(['reserve', bytes]);
        return { allowed: true, retryAfter: 0 };
      },
      settle: async (_: Holding, bytes: number) => void told.push(['settle', bytes]),
      release: async () => void told.push(['release']),
    };
    await start({ quotas });
    await post(world.baseUrl, [...fiveFields(), filePart(randomBytes(1_000))]);
    expect(told).toEqual([['reserve', 1_000], ['settle', 1_000], ['release']]);
  });

  it('is ready where its public address leads nowhere, as long as the disk is there', async () => {
    await start();
    const probe = storeProbe(disk.signer, createRuntime());
    await probe(AbortSignal.timeout(9_000));
    expect(await files()).toBe(0);
    await rm(folder, { recursive: true, force: true });
    await expect(probe(AbortSignal.timeout(9_000))).rejects.toMatchObject({ code: 'bucket-not-found' });
  });
});
