import { randomBytes } from 'node:crypto';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { Signer, StoredObject } from '@mesibo-files/handler-core';
import type {
  Commit,
  CommitCall,
  FileFacts,
  Manifest,
  PendingObject,
  Plan,
  SignedRequest,
} from '@mesibo-files/handler-core/provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockId } from '../src/format/names.ts';
import { type AzureOptions, azureSigner } from '../src/index.ts';
import { manifestOf, send, sendAll } from './carry-out.ts';
import { call, fileFacts } from './facts.ts';
import { azurite } from './stores.ts';

const PART = 1_048_576;
const HTML = Buffer.from('<script>alert(document.domain)</script>');

/** What an uploader who lies can do with what was signed for it. */
export function describeHostile(createOnlyBlocks: boolean): void {
  const how = createOnlyBlocks ? 'only create blocks' : 'write blocks';
  describe(`a hostile client that may ${how}`, () => {
    const azure = azurite(createOnlyBlocks);
    const prefix = `hostile-${randomBytes(4).toString('hex')}`;
    let client: ContainerClient;
    let options: AzureOptions;
    let signer: Signer;
    beforeAll(async () => {
      const store = await azure.store('crc64');
      options = { ...store, prefix, partSize: PART };
      const { accountName, accountKey } = store.credentials;
      const key = new StorageSharedKeyCredential(accountName, accountKey);
      client = new ContainerClient(`${store.endpoint}/${store.container}`, key);
      signer = azureSigner(options);
    });
    afterAll(() => azure.stop());

    const begin = (facts: Partial<FileFacts> = {}, staging: 'none' | 'hidden' = 'hidden'): Promise<Plan> =>
      signer.begin(fileFacts({ size: 5, transferId: randomBytes(8).toString('hex'), ...facts }), {
        ...call,
        staging,
      });
    const commit = (
      plan: Plan,
      file: Uint8Array,
      changes: Partial<Manifest> = {},
      more: Partial<CommitCall> = {},
    ): Promise<Commit> =>
      signer.commit(plan.ticket, { ...manifestOf(plan, file), ...changes }, { ...call, ...more });
    const signed = async (plan: Plan, file: Uint8Array): Promise<SignedRequest> => {
      const [first] = await signer.sign(plan.ticket, manifestOf(plan, file).parts, call);
      if (first === undefined) throw new Error('nothing was signed');
      return first.request;
    };
    const names = async (folder: string, more = {}): Promise<string[]> => {
      const found: string[] = [];
      for await (const { name } of client.listBlobsFlat({ prefix: folder, ...more })) found.push(name);
      return found;
    };
    /** Keys of this suite that are no pending names. */
    const keys = async (): Promise<string[]> =>
      (await names(`${prefix}/`, { includeUncommitedBlobs: true })).filter(
        (name) => !name.startsWith(`${prefix}/pending/`),
      );
    const without = (request: SignedRequest, headers: Record<string, string>): SignedRequest => {
      const { 'x-ms-content-crc64': _, ...rest } = request.headers;
      return { ...request, headers: { ...rest, ...headers } };
    };
    /** The same grant, for a request to the blob itself. */
    const asBlob = (request: SignedRequest, query = '', headers = {}): SignedRequest => ({
      ...request,
      url: request.url.replace(/comp=block&blockid=\w+&/, query),
      headers: query === '' ? { 'x-ms-blob-type': 'BlockBlob', ...headers } : headers,
    });
    const keyOf = (plan: Plan): string =>
      JSON.parse(Buffer.from(plan.ticket, 'base64url').toString()).key as string;
    const urlOf = (plan: Plan): string => `${client.url}/${keyOf(plan)}`;
    const unreadable = async (plan: Plan): Promise<void> => {
      await expect(signer.read(urlOf(plan), call)).rejects.toMatchObject({ code: 'object-not-found' });
      expect(await keys()).not.toContain(keyOf(plan));
      const landed = urlOf(plan).replace(`/${prefix}/`, `/${prefix}/pending/`);
      expect(signer.owns(landed)).toBe(false);
      await expect(signer.read(landed, call)).rejects.toMatchObject({ code: 'foreign-url' });
      await expect(signer.remove(landed, call)).rejects.toMatchObject({ code: 'foreign-url' });
    };
    const stored = (outcome: Commit): StoredObject => {
      if (outcome.state !== 'stored') throw new Error(JSON.stringify(outcome));
      return outcome.object;
    };
    const bytes = (key: string): Promise<Buffer> => client.getBlobClient(key).downloadToBuffer();
    const ended = (plan: Plan, file: Uint8Array): Promise<void> =>
      expect(signer.sign(plan.ticket, manifestOf(plan, file).parts, call)).rejects.toMatchObject({
        code: 'upload-ended',
      });

    it('sends 5 MB of HTML as somebody else where 1,000 bytes are allowed: nobody ever reads it', async () => {
      const plan = await begin({ size: 1000, contentType: 'image/png', uid: 7 });
      const said = Buffer.alloc(1000);
      const evil = without(await signed(plan, said), {
        'content-type': 'text/html',
        'x-ms-meta-mesibouid': '1',
      });
      const page = Buffer.concat([HTML, Buffer.alloc(5_000_000)]);
      expect(await send(evil, page)).toBe(201);
      await unreadable(plan);
      const outcome = await commit(plan, said);
      expect(outcome).toMatchObject({ state: 'refused', code: 'size-mismatch' });
      await unreadable(plan);
      // What is left is a mark of no bytes, which the same URL can't replace.
      const landed = keyOf(plan).replace(`${prefix}/`, `${prefix}/pending/`);
      expect((await client.getBlobClient(landed).getProperties()).contentLength).toBe(0);
      expect(await send(evil, page)).toBe(403);
      expect(await commit(plan, said)).toEqual(outcome);
      expect(await commit(plan, page, { answered: false })).toMatchObject({ state: 'refused' });
      expect((await signer.resume(plan.ticket, call)).stored).toEqual({ state: 'gone' });
      await ended(plan, said);
      await signer.discard(plan.ticket, call);
      expect(await send(evil, page)).toBe(403);
      await unreadable(plan);
    });

    it('sets index tags: they never reach the stored blob', async () => {
      const tags = { 'x-ms-tags': 'owner=mallory' };
      for (const size of [5, PART + 5]) {
        const file = randomBytes(size);
        const plan = await begin({ size });
        const landed = client.getBlobClient(keyOf(plan).replace(`${prefix}/`, `${prefix}/pending/`));
        let first: SignedRequest;
        let status: number;
        if (plan.shape === 'single') {
          first = await signed(plan, file);
          status = await send({ ...first, headers: { ...first.headers, ...tags } }, file);
          if (status !== 201) expect(await send(first, file)).toBe(201);
        } else {
          const ids = [1, 2].map((number) => `<Latest>${blockId(number)}</Latest>`);
          const list = Buffer.from(`<?xml version="1.0"?><BlockList>${ids.join('')}</BlockList>`);
          const [sent] = await sendAll(signer, plan, file);
          if (sent === undefined) throw new Error('nothing was sent');
          first = sent;
          status = await send(
            {
              ...asBlob(first, 'comp=blocklist&'),
              headers: { ...tags, 'x-ms-blob-content-type': 'text/plain' },
            },
            list,
          );
        }
        const document = '<Tags><TagSet><Tag><Key>owner</Key><Value>mallory</Value></Tag></TagSet></Tags>';
        const url = first.url.replace(/\?(comp=block&blockid=\w+&)?/, '?comp=tags&');
        expect(await send({ ...first, url, headers: {} }, Buffer.from(document))).toBe(403);
        // Azure wants a permission of its own for tags; Azurite takes them.
        if (status === 201) expect((await landed.getTags()).tags).toEqual({ owner: 'mallory' });
        const object = stored(await commit(plan, file));
        expect((await client.getBlobClient(object.key).getTags()).tags).toEqual({});
      }
    });

    it('never commits: nothing is readable, and a sweep finds it by its age', async () => {
      const [small, large] = [Buffer.from('hello'), randomBytes(2 * PART)];
      for (const file of [small, large]) {
        const plan = await begin({ size: file.length });
        await sendAll(signer, plan, file);
        await unreadable(plan);
        const found = async (olderThan: number): Promise<string[]> => {
          const tickets: string[] = [];
          for await (const { ticket } of signer.unfinished(olderThan, call)) {
            const { key } = JSON.parse(Buffer.from(ticket, 'base64url').toString());
            if (key === keyOf(plan)) tickets.push(ticket);
          }
          return tickets;
        };
        expect(await found(3_600_000)).toEqual([]);
        const tickets = await found(-60_000);
        expect(tickets.length).toBe(1);
        for (const ticket of tickets) await signer.discard(ticket, call);
        expect(await found(-60_000)).toEqual([]);
        expect((await commit(plan, file)).state).not.toBe('stored');
      }
    });

    it('sends again after the commit, and commits again with other facts: the object stays', async () => {
      for (const size of [5, 2 * PART + 1]) {
        const file = randomBytes(size);
        const plan = await begin({ size });
        const requests = await sendAll(signer, plan, file);
        const object = stored(await commit(plan, file));
        await ended(plan, file);
        for (const request of requests) {
          await send(asBlob(request, '', { 'content-type': 'text/html' }), HTML);
          await send(request, HTML);
        }
        const changes: Partial<Manifest>[] = [
          { size: size + 1 },
          { size: size - 1 },
          { size: 2 ** 50 },
          { digests: { crc64nvme: 'AAAAAAAAAAA=' }, parts: [] },
        ];
        for (const change of changes) {
          const outcome = await commit(plan, file, change).catch(() => null);
          expect(outcome?.state).not.toBe('stored');
          expect((await bytes(object.key)).equals(file)).toBe(true);
        }
        await signer.discard(plan.ticket, call);
        expect(stored(await commit(plan, file)).version).toBe(object.version);
        expect((await signer.resume(plan.ticket, call)).stored.state).toBe('committed');
        expect((await bytes(object.key)).equals(file)).toBe(true);
      }
    });

    it('adds headers that nothing signs: the object has the ones of the server', async () => {
      const plan = await begin({ contentType: 'image/png', name: 'cat.png', uid: 7, secure: true });
      const request = await signed(plan, Buffer.from('hello'));
      const added = {
        'x-ms-blob-content-encoding': 'gzip',
        'x-ms-blob-content-language': 'xx',
        'x-ms-blob-cache-control': 'public, max-age=31536000',
        'x-ms-blob-content-disposition': 'inline; filename="evil.html"',
        'x-ms-access-tier': 'Cool',
        'x-ms-meta-mesibouid': '1',
        'x-ms-meta-mesibotransfer': 'another',
        'x-ms-meta-stranger': 'here',
      };
      expect(await send(without(request, added), Buffer.from('hello'))).toBe(201);
      const object = stored(await commit(plan, Buffer.from('hello')));
      const head = await client.getBlobClient(object.key).getProperties();
      expect(object.sender).toMatchObject({ uid: 7, secure: true });
      expect(object.name).toBe('cat.png');
      expect(object.version).toBe(head.etag);
      expect(head.contentType).toBe('image/png');
      expect(head.contentDisposition).toContain('cat.png');
      expect(head.contentEncoding).toBeUndefined();
      expect(head.contentLanguage).toBeUndefined();
      // It is protected.
      expect(head.cacheControl).toBe('private, no-store');
      expect(head.accessTier).toBe('Hot');
      expect(Object.keys(head.metadata ?? {}).sort()).toEqual([
        'mesibocrc64',
        'mesibomid',
        'mesibosecure',
        'mesibosource',
        'mesibotransfer',
        'mesibouid',
      ]);
      const read = await signer.read(object.url, call);
      expect(read).toMatchObject({ size: 5, integrity: object.integrity, sender: object.sender });
      expect(await names(`${prefix}/pending/`)).not.toContain(
        object.key.replace(`${prefix}/`, `${prefix}/pending/`),
      );
    });

    it('sends another type, size or kind of blob: refused, for good', async () => {
      const cases: [Record<string, string>, Buffer<ArrayBuffer>, string][] = [
        [{ 'content-type': 'text/html' }, Buffer.from('hello'), 'type-refused'],
        [{}, Buffer.from('hello, world'), 'size-mismatch'],
        [{ 'x-ms-blob-type': 'AppendBlob' }, Buffer.alloc(0), 'type-refused'],
        [{ 'x-ms-access-tier': 'Archive' }, Buffer.from('hello'), 'type-refused'],
      ];
      for (const [headers, body, code] of cases) {
        const plan = await begin({ contentType: 'image/png' });
        const request = await signed(plan, Buffer.from('hello'));
        expect(await send(without(request, headers), body)).toBe(201);
        expect(await commit(plan, Buffer.from('hello'))).toMatchObject({ state: 'refused', code });
        await unreadable(plan);
        expect(await send(request, Buffer.from('hello'))).toBe(403);
        expect(await commit(plan, Buffer.from('hello'))).toMatchObject({ state: 'refused', code });
      }
    });

    it('sends HTML as an image: it is stored as the image that it is not, never as a page', async () => {
      const plan = await begin({ size: HTML.length, contentType: 'image/png' });
      expect(await send(await signed(plan, HTML), HTML)).toBe(201);
      const object = stored(await commit(plan, HTML));
      expect(object.contentType).toBe('image/png');
    });

    it('uses what was signed for one upload on another: the store refuses', async () => {
      const file = randomBytes(2 * PART);
      const [mine, theirs] = [await begin({ size: file.length }), await begin({ size: file.length })];
      const [request] = await sendAll(signer, mine, file);
      await sendAll(signer, theirs, file);
      const landed = (plan: Plan): string => keyOf(plan).replace(`${prefix}/`, '');
      const moved = request?.url.replace(landed(mine), landed(theirs)) ?? '';
      expect(await send({ ...request, url: moved } as SignedRequest, HTML)).toBe(403);
      const placed = request?.url.replace('/pending/', '/') ?? '';
      expect(await send({ ...request, url: placed } as SignedRequest, HTML)).toBe(403);
      stored(await commit(theirs, file));
    });

    it('puts its blocks together itself, as it likes: the commit looks at what came of it', async () => {
      const file = randomBytes(2 * PART);
      const ids = [1, 2].map((number) => btoa(String(number).padStart(6, '0')));
      const list = (order: readonly string[]): Buffer<ArrayBuffer> =>
        Buffer.from(
          `<?xml version="1.0"?><BlockList>${order.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`,
        );
      const orders = { right: ids, turned: [...ids].reverse(), short: ids.slice(0, 1) };
      for (const [how, order] of Object.entries(orders)) {
        const plan = await begin({ size: file.length, contentType: 'image/png', uid: 7 });
        const [request] = await sendAll(signer, plan, file);
        if (request === undefined) throw new Error('nothing was signed');
        const headers = { 'x-ms-blob-content-type': 'image/png', 'x-ms-meta-mesibouid': '1' };
        const lists = { 'x-ms-blob-content-encoding': 'br', 'x-ms-blob-content-md5': btoa('x'.repeat(16)) };
        expect(await send(asBlob(request, 'comp=blocklist&', { ...headers, ...lists }), list(order))).toBe(
          201,
        );
        await unreadable(plan);
        const outcome = await commit(plan, file);
        if (how === 'short') {
          // Its other block went with the list: it is sent again, or never.
          expect(outcome).toEqual({ state: 'missing', parts: [2] });
          await unreadable(plan);
          continue;
        }
        const object = stored(outcome);
        expect(object.sender?.uid).toBe(7);
        const head = await client.getBlobClient(object.key).getProperties();
        expect(head.contentEncoding).toBeUndefined();
        expect(head.contentMD5).toBeUndefined();
        expect(head.metadata).toMatchObject({ mesibouid: '7' });
        expect((await bytes(object.key)).equals(file)).toBe(true);
      }
      const plan = await begin({ size: file.length, contentType: 'image/png' });
      const [request] = await sendAll(signer, plan, file);
      const page = { 'x-ms-blob-content-type': 'text/html' };
      await send(asBlob(request as SignedRequest, 'comp=blocklist&', page), list(ids));
      expect(await commit(plan, file)).toMatchObject({ state: 'refused', code: 'type-refused' });
      await unreadable(plan);
    });

    it('comes back after the owner refused its blocks: the refusal stands', async () => {
      const file = randomBytes(2 * PART);
      const plan = await begin({ size: file.length });
      const requests = await sendAll(signer, plan, file);
      const asked: PendingObject[] = [];
      const inspect: CommitCall['inspect'] = async (pending) => {
        asked.push(pending);
        return { verdict: 'remove', reason: 'a virus: Łódź' };
      };
      const refusal = { state: 'refused', code: 'forbidden', reason: 'a virus: Łódź' };
      expect(await commit(plan, file, {}, { inspect })).toEqual(refusal);
      await signer.discard(plan.ticket, call);
      let at = 0;
      for (const request of requests) {
        await send(request, file.subarray(at, at + PART));
        at += PART;
      }
      await send(asBlob(requests[0] as SignedRequest), file);
      for (const tried of [file, HTML]) {
        expect(await commit(plan, file, { size: tried.length }, {})).toMatchObject({ state: 'refused' });
        await unreadable(plan);
      }
      await ended(plan, file);
      expect(asked.length).toBe(1);
    });

    it('changes what waits while the owner looks at it: what is stored was looked at', async () => {
      const file = randomBytes(2 * PART);
      const evil = randomBytes(2 * PART);
      const plan = await begin({ size: file.length });
      const [request] = await sendAll(signer, plan, file);
      const looked: Buffer[] = [];
      const inspect: CommitCall['inspect'] = async ({ read }) => {
        const { request: get } = (await read?.(call)) ?? {};
        const answer = await fetch(get?.url ?? '', { headers: get?.headers ?? {} });
        looked.push(Buffer.from(await answer.arrayBuffer()));
        if (looked.length === 1) await send(asBlob(request as SignedRequest), evil);
        return { verdict: 'keep' };
      };
      const outcome = await commit(plan, file, {}, { inspect }).catch(() => null);
      if (outcome?.state === 'stored') {
        const now = await bytes(outcome.object.key);
        expect(looked.some((each) => each.equals(now))).toBe(true);
        expect(now.equals(file)).toBe(true);
      } else await unreadable(plan);
    });

    it('commits twice at once, and the owner refuses one: the other stores nothing', async () => {
      for (const size of [5, 2 * PART]) {
        const file = randomBytes(size);
        const plan = await begin({ size });
        await sendAll(signer, plan, file);
        const refuse: CommitCall['inspect'] = async () => ({ verdict: 'remove', reason: 'no' });
        const outcome = await commit(
          plan,
          file,
          {},
          {
            inspect: async () => {
              expect((await commit(plan, file, {}, { inspect: refuse })).state).toBe('refused');
              return { verdict: 'keep' };
            },
          },
        );
        expect(outcome).toMatchObject({ state: 'refused', code: 'forbidden' });
        await unreadable(plan);
      }
    });

    it("finds another's object under its key: it is neither taken for its own nor replaced", async () => {
      for (const size of [5, 2 * PART]) {
        const file = randomBytes(size);
        const plan = await begin({ size });
        await sendAll(signer, plan, file);
        await client.getBlockBlobClient(keyOf(plan)).upload('theirs', 6);
        expect(await commit(plan, file)).toMatchObject({ state: 'refused', code: 'object-exists' });
        await signer.discard(plan.ticket, call);
        expect((await bytes(keyOf(plan))).toString()).toBe('theirs');
      }
    });

    it('claims a size that no list of blocks could hold: refused, and nothing is counted', async () => {
      const file = randomBytes(2 * PART);
      const plan = await begin({ size: file.length });
      await sendAll(signer, plan, file);
      expect(await commit(plan, file, { size: 2 ** 50 })).toMatchObject({
        state: 'refused',
        code: 'size-mismatch',
      });
      await unreadable(plan);
    });

    it('waits while the owner has not decided, and asks it no more once it is stored', async () => {
      for (const size of [5, 2 * PART]) {
        const file = randomBytes(size);
        const plan = await begin({ size, contentType: 'image/png', uid: 7 });
        await sendAll(signer, plan, file);
        const asked: PendingObject[] = [];
        const inspect: CommitCall['inspect'] = async (pending) => {
          asked.push(pending);
          return asked.length === 1 ? { verdict: 'later', retryAfter: 1234 } : { verdict: 'keep' };
        };
        expect(await commit(plan, file, {}, { inspect })).toEqual({ state: 'pending', retryAfter: 1234 });
        await unreadable(plan);
        const object = stored(await commit(plan, file, {}, { inspect }));
        expect(stored(await commit(plan, file, {}, { inspect })).version).toBe(object.version);
        expect(asked.length).toBe(2);
        expect(asked[0]).toMatchObject({
          key: object.key,
          url: object.url,
          size,
          contentType: 'image/png',
          integrity: object.integrity,
          sender: { uid: 7 },
        });
        expect((await bytes(object.key)).equals(file)).toBe(true);
      }
    });

    it('changes nothing of a trusted upload by a second commit either', async () => {
      for (const size of [5, 2 * PART]) {
        const file = randomBytes(size);
        const plan = await begin({ size }, 'none');
        await sendAll(signer, plan, file);
        const object = stored(await commit(plan, file));
        expect(await commit(plan, file, { size: size + 1 })).toMatchObject({ state: 'refused' });
        const [first] = manifestOf(plan, randomBytes(size)).parts;
        if (size === 5 && first !== undefined) {
          expect(await commit(plan, file, { parts: [first] })).toMatchObject({ code: 'digest-mismatch' });
        }
        expect((await bytes(object.key)).equals(file)).toBe(true);
        expect(stored(await commit(plan, file)).version).toBe(object.version);
      }
    });

    if (createOnlyBlocks) return;

    it('leases what waits, so that nothing can be removed: the commit and a sweep go on', async () => {
      const file = randomBytes(2 * PART);
      const plan = await begin({ size: file.length });
      const [request] = await sendAll(signer, plan, file);
      const lease = asBlob(request as SignedRequest, 'comp=lease&', {
        'x-ms-lease-action': 'acquire',
        'x-ms-lease-duration': '-1',
      });
      const inspect: CommitCall['inspect'] = async () => {
        expect(await send(lease)).toBe(201);
        return { verdict: 'keep' };
      };
      stored(await commit(plan, file, {}, { inspect }));
      const waiting = async (): Promise<string[]> =>
        (await names(`${prefix}/pending/`)).filter((name) => name.includes(keyOf(plan).slice(-40)));
      // Cleaning up is best effort: where a connection broke meanwhile, the next commit does it.
      if ((await waiting()).length > 0) stored(await commit(plan, file));
      expect(await waiting()).toEqual([]);
    });
  });
}
