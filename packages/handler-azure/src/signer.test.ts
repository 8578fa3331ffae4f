import { randomBytes } from 'node:crypto';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { Signer } from '@mesibo-files/handler-core';
import type { Commit, Manifest, Plan, SignedRequest } from '@mesibo-files/handler-core/provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestOf, send, sendAll } from '../test/carry-out.ts';
import { call, fileFacts } from '../test/facts.ts';
import { azurite } from '../test/stores.ts';
import type { AzureOptions } from './options.ts';
import { azureSigner } from './signer.ts';

const PART = 1_048_576;

describe('azureSigner on Azurite, where blocks are staged', () => {
  const azure = azurite(false);
  let client: ContainerClient;
  let options: AzureOptions;
  let signer: Signer;
  beforeAll(async () => {
    options = { ...(await azure.store('crc64')), partSize: PART };
    const { accountName, accountKey } = (await azure.store('crc64')).credentials;
    const key = new StorageSharedKeyCredential(accountName, accountKey);
    client = new ContainerClient(`${options.endpoint}/${options.container}`, key);
    signer = azureSigner(options);
  });
  afterAll(() => azure.stop());

  const begin = (size: number, one: Signer = signer): Promise<Plan> =>
    one.begin(fileFacts({ size, transferId: randomBytes(8).toString('hex') }), call);
  const names = async (more = {}): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of client.listBlobsFlat(more)) found.push(name);
    return found;
  };
  const asBlob = (request: SignedRequest): SignedRequest => ({
    ...request,
    url: request.url.replace(/comp=block&blockid=\w+&/, ''),
    headers: { 'x-ms-blob-type': 'BlockBlob' },
  });

  it('signs for one blob, with no start, the least permission, and the end in whole seconds', async () => {
    const plan = await begin(5);
    const [small] = await signer.sign(plan.ticket, manifestOf(plan, Buffer.from('hello')).parts, call);
    const query = new URL(small?.request.url ?? '').searchParams;
    expect([...query.keys()].sort()).toEqual(['se', 'sig', 'sp', 'sr', 'sv']);
    expect([query.get('sp'), query.get('sr')]).toEqual(['c', 'b']);
    const end = Date.parse(query.get('se') ?? '') - Date.now();
    expect(end).toBeGreaterThan(898_000);
    expect(end).toBeLessThanOrEqual(900_000);
    const secure = azureSigner({
      container: 'files',
      credentials: { accountName: 'acme', accountKey: btoa('k') },
    });
    const ticket = JSON.parse(Buffer.from(plan.ticket, 'base64url').toString());
    const moved = { ...ticket, bucket: 'https://acme.blob.core.windows.net/files' };
    const other = Buffer.from(JSON.stringify(moved)).toString('base64url');
    const [signed] = await secure.sign(other, manifestOf(plan, Buffer.from('hello')).parts, call);
    expect(new URL(signed?.request.url ?? '').searchParams.get('spr')).toBe('https');
  });

  it('lets nobody change the bytes after the commit, by whatever the URL of a part allows', async () => {
    const file = randomBytes(2 * PART);
    const plan = await begin(file.length);
    const signed = await sendAll(signer, plan, file);
    const commit = await signer.commit(plan.ticket, manifestOf(plan, file), call);
    if (commit.state !== 'stored') throw new Error(JSON.stringify(commit));
    for (const request of signed) {
      // Azure lets `w` overwrite the whole blob: it is the staged one, and nobody looks at it again.
      expect(await send(asBlob(request), Buffer.from('evil'))).toBe(201);
      const place = request.url.replace('/pending/', '/');
      expect(
        await send({ ...asBlob(request), url: asBlob({ ...request, url: place }).url }, Buffer.from('evil')),
      ).toBe(403);
    }
    expect((await client.getBlobClient(commit.object.key).downloadToBuffer()).equals(file)).toBe(true);
    const read = await signer.read(commit.object.url, call);
    expect(read.integrity).toEqual({ kind: 'whole', digests: manifestOf(plan, file).digests });
    const again = await signer.commit(plan.ticket, manifestOf(plan, file), call);
    expect(again).toMatchObject({ state: 'stored', object: { version: commit.object.version } });
  });

  it('removes a small file that is not what was planned, though it was there for a moment', async () => {
    for (const [headers, body] of [
      [{ 'content-type': 'text/html' }, 'hello'],
      [{}, 'hello, world'],
      [{ 'x-ms-blob-type': 'AppendBlob' }, ''],
    ] as const) {
      const plan = await begin(5);
      const [part] = await signer.sign(plan.ticket, manifestOf(plan, Buffer.from('hello')).parts, call);
      const { 'x-ms-content-crc64': _, ...own } = part?.request.headers ?? {};
      const changed = { ...part?.request, headers: { ...own, ...headers } } as SignedRequest;
      expect(await send(changed, Buffer.from(body))).toBe(201);
      const commit = await signer.commit(plan.ticket, manifestOf(plan, Buffer.from('hello')), call);
      expect(commit.state).toBe('refused');
      expect((await signer.resume(plan.ticket, call)).stored).toEqual({ state: 'parts', parts: [] });
    }
  });

  it('goes on after a commit that ended before the copy, and after one that ended behind it', async () => {
    for (const behind of [false, true]) {
      const file = randomBytes(2 * PART + 1);
      const plan = await begin(file.length);
      await sendAll(signer, plan, file);
      const before = new Set(await names());
      const [staged = ''] = (await names({ includeUncommitedBlobs: true })).filter(
        (name) => !before.has(name),
      );
      const { uncommittedBlocks = [] } = await client.getBlockBlobClient(staged).getBlockList('uncommitted');
      const ids = uncommittedBlocks
        .map(({ name }) => name)
        .sort()
        .slice(1);
      if (behind) await signer.commit(plan.ticket, manifestOf(plan, file), call);
      else await client.getBlockBlobClient(staged).commitBlockList(ids);
      const { stored } = await signer.resume(plan.ticket, call);
      expect(stored.state).toBe(behind ? 'committed' : 'parts');
      const commit = await signer.commit(plan.ticket, manifestOf(plan, file), call);
      if (commit.state !== 'stored') throw new Error(JSON.stringify(commit));
      expect((await client.getBlobClient(commit.object.key).downloadToBuffer()).equals(file)).toBe(true);
      expect(await names({ includeUncommitedBlobs: true })).not.toContain(staged);
    }
  });
  it('refuses a whole digest that is not that of the parts, and keeps nothing', async () => {
    const file = randomBytes(2 * PART);
    const plan = await begin(file.length);
    await sendAll(signer, plan, file);
    const manifest = { ...manifestOf(plan, file), digests: { crc64nvme: 'AAAAAAAAAAA=' } };
    expect(await signer.commit(plan.ticket, manifest, call)).toMatchObject({
      state: 'refused',
      code: 'digest-mismatch',
    });
    expect((await signer.resume(plan.ticket, call)).stored).toEqual({ state: 'gone' });
  });

  it('keeps a CRC-32 for readers, of no client that tells none, and refuses one that is not that of the parts', async () => {
    const file = randomBytes(2 * PART);
    const sent = async (change: (manifest: Manifest) => Manifest): Promise<Commit> => {
      const plan = await begin(file.length);
      await sendAll(signer, plan, file);
      return signer.commit(plan.ticket, change(manifestOf(plan, file)), call);
    };
    const { crc64nvme = '', crc32 = '' } = manifestOf(await begin(file.length), file).digests;
    expect(await sent((manifest) => manifest)).toMatchObject({
      object: { integrity: { kind: 'whole', digests: { crc64nvme, crc32 } } },
    });
    const wrong = { crc64nvme, crc32: 'AAAAAA==' };
    expect(await sent((manifest) => ({ ...manifest, digests: wrong }))).toMatchObject({
      state: 'refused',
      code: 'digest-mismatch',
    });
    const silent = await sent((manifest) => ({ ...manifest, digests: { crc64nvme } }));
    expect(silent.state === 'stored' && silent.object.integrity).toEqual({
      kind: 'whole',
      digests: { crc64nvme },
    });
  });

  it('keeps the digest of the blocks with MD5, tier and cache control with every file, under any prefix', async () => {
    const own = azureSigner({
      ...options,
      checksum: 'md5',
      prefix: '',
      accessTier: 'Cool',
      cacheControl: { profile: 'private', message: 'no-store' },
    });
    for (const size of [7, 2 * PART + 7]) {
      const file = randomBytes(size);
      const plan = await begin(size, own);
      await sendAll(own, plan, file);
      const commit = await own.commit(plan.ticket, manifestOf(plan, file), call);
      if (commit.state !== 'stored') throw new Error(JSON.stringify(commit));
      expect(commit.object.integrity.kind).toBe(size === 7 ? 'whole' : 'pieces');
      const head = await client.getBlobClient(commit.object.key).getProperties();
      expect(head).toMatchObject({
        cacheControl: 'private',
        accessTier: 'Cool',
        metadata: { mesibouid: '7' },
      });
      await own.remove(commit.object.url, call);
    }
    const left = await begin(2 * PART, own);
    const tickets: string[] = [];
    for await (const { ticket } of own.unfinished(-60_000, call)) tickets.push(ticket);
    for (const ticket of tickets) await own.discard(ticket, call);
    expect((await own.resume(left.ticket, call)).stored).toEqual({ state: 'gone' });
  });

  it('drops what a discard finds, and what it dropped stays dropped when a late block arrives', async () => {
    const file = randomBytes(2 * PART);
    const plan = await begin(file.length);
    const signed = await sendAll(signer, plan, file);
    await signer.discard(plan.ticket, call);
    expect(await send(signed[0] as SignedRequest, file.slice(0, PART))).toBe(201);
    expect((await signer.resume(plan.ticket, call)).stored).toEqual({ state: 'gone' });
    expect(await signer.commit(plan.ticket, manifestOf(plan, file), call)).toEqual({ state: 'gone' });
    await signer.discard(plan.ticket, call);
  });
});
