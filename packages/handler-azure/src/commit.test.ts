import type { Signer } from '@mesibo-files/handler-core';
import {
  type Commit,
  type CommitCall,
  contentDisposition,
  type Manifest,
  objectMetadata,
} from '@mesibo-files/handler-core/provider';
import { afterEach, describe, expect, it } from 'vitest';
import { call, fileFacts } from '../test/facts.ts';
import { refusal, type Scripted, scriptedStore } from '../test/scripted-store.ts';

const MIB = 1_048_576;
const NOT_THERE = refusal(404, 'BlobNotFound');

/** A blob as a HEAD tells it. */
function blob(own: Record<string, string> = {}): Scripted {
  const headers = {
    etag: '"landed"',
    'content-length': '11',
    'content-type': 'text/plain',
    'content-disposition': contentDisposition('hello.txt', 'text/plain'),
    'x-ms-blob-type': 'BlockBlob',
    ...own,
  };
  return { status: 200, headers };
}

function metadata(): Record<string, string> {
  const { uid, source, transferId } = fileFacts();
  const facts = objectMetadata({ uid, source, transferId, mid: '9', secure: false });
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [`x-ms-meta-${name}`, value]));
}

/** What the store answers for what waits, for the key, to a copy, and to a deletion. */
interface Answers {
  landed: Scripted;
  placed: Scripted;
  copy: Scripted;
  drop: Scripted;
}

const COPIED: Scripted = { status: 202, headers: { etag: '"copied"', 'x-ms-copy-status': 'success' } };

describe('the commit of what waits', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  /** A small upload that was begun and sent; `asked` are the requests of its commits. */
  async function sent(own: Partial<Answers> = {}): Promise<{
    readonly answers: Answers;
    readonly asked: string[];
    readonly commit: (inspect?: CommitCall['inspect']) => Promise<Commit>;
  }> {
    const answers: Answers = {
      landed: blob(),
      placed: NOT_THERE,
      copy: COPIED,
      drop: { status: 202 },
      ...own,
    };
    const asked: string[] = [];
    const store = await scriptedStore(({ method, headers }, { pathname, searchParams }) => {
      const waiting = pathname.includes('/mesibo/pending/');
      if (!pathname.includes('/mesibo/')) return NOT_THERE;
      asked.push(`${method} ${waiting ? 'pending' : 'key'}`);
      if (method === 'DELETE') return waiting ? answers.drop : { status: 202 };
      if (method === 'PUT' && headers['x-ms-copy-source'] !== undefined) return answers.copy;
      if (method === 'HEAD') return waiting ? answers.landed : answers.placed;
      return { status: searchParams.has('comp') ? 200 : 201, headers: { etag: '"put"' } };
    });
    close = store.close;
    const signer: Signer = store.signer();
    const plan = await signer.begin(fileFacts(), { ...call, staging: 'hidden' });
    const parts = [{ number: 1, size: 11, digests: { crc64nvme: 'AAAAAAAAAAA=' } }];
    const manifest: Manifest = { size: 11, parts, digests: {}, answered: true };
    return {
      answers,
      asked,
      commit: (inspect) =>
        signer.commit(plan.ticket, manifest, { ...call, ...(inspect === undefined ? {} : { inspect }) }),
    };
  }

  it('costs two requests more than that of a trusted client: a copy, and the removal of its source', async () => {
    const { asked, commit } = await sent();
    expect(await commit()).toMatchObject({
      state: 'stored',
      object: { version: '"copied"', sender: { uid: 7 }, integrity: { kind: 'whole' } },
    });
    expect(asked).toEqual(['HEAD pending', 'PUT key', 'DELETE pending']);
  });

  it('states the headers before the copy only where a client or its browser sent others', async () => {
    const { asked, commit } = await sent({ landed: blob({ 'cache-control': 'no-cache' }) });
    expect(await commit()).toMatchObject({ state: 'stored' });
    expect(asked).toEqual(['HEAD pending', 'PUT pending', 'PUT key', 'DELETE pending']);
  });

  it.each(['BlobImmutableDueToPolicy', 'BlobImmutableDueToLegalHold', 'AuthorizationPermissionMismatch'])(
    'is stored where what waits can not be removed (%s)',
    async (code) => {
      const { commit } = await sent({ drop: refusal(code.startsWith('Blob') ? 409 : 403, code) });
      expect(await commit()).toMatchObject({ state: 'stored' });
    },
  );

  it('is pending while the copy goes on, keeps its source, and is stored once it is done', async () => {
    const { answers, asked, commit } = await sent({
      copy: {
        status: 202,
        headers: { etag: '"copied"', 'x-ms-copy-status': 'pending', 'x-ms-copy-id': '1' },
      },
    });
    expect(await commit(async () => ({ verdict: 'keep' }))).toEqual({ state: 'pending', retryAfter: 2000 });
    answers.copy = refusal(409, 'PendingCopyOperation');
    answers.placed = blob({ ...metadata(), 'x-ms-copy-status': 'pending' });
    // The owner has decided, and is not asked again.
    const again: CommitCall['inspect'] = () => Promise.reject(new Error('asked twice'));
    for (const inspect of [undefined, again]) {
      expect(await commit(inspect)).toEqual({ state: 'pending', retryAfter: 2000 });
    }
    expect(asked).not.toContain('DELETE pending');
    answers.copy = refusal(409, 'BlobAlreadyExists');
    answers.placed = blob({ ...metadata(), etag: '"copied"', 'x-ms-copy-status': 'success' });
    expect(await commit()).toMatchObject({ state: 'stored', object: { version: '"copied"' } });
    expect(asked).not.toContain('DELETE key');
    expect(asked.at(-1)).toBe('DELETE pending');
  });

  it("fails retryably with the store's own code when the copy did, and begins it again", async () => {
    const failed = { 'content-length': '0', 'x-ms-copy-status': 'failed' };
    const { answers, asked, commit } = await sent({
      copy: refusal(409, 'BlobAlreadyExists'),
      placed: blob({ ...metadata(), ...failed, 'x-ms-copy-status-description': '500 InternalServerError' }),
    });
    await expect(commit()).rejects.toMatchObject({
      code: 'server-error',
      retryable: true,
      message: expect.stringContaining('500 InternalServerError'),
    });
    expect(asked.at(-1)).toBe('DELETE key');
    answers.copy = COPIED;
    answers.placed = NOT_THERE;
    expect(await commit()).toMatchObject({ state: 'stored' });
  });

  it('looks again when the source is not there any more, and never says that the object is gone', async () => {
    const { asked, commit } = await sent({ copy: refusal(404, 'CannotVerifyCopySource') });
    await expect(commit()).rejects.toMatchObject({ code: 'server-error', retryable: true });
    expect(asked.filter((request) => request === 'HEAD pending').length).toBe(3);
  });

  it("takes nobody's object for its own, and removes none", async () => {
    const { asked, commit } = await sent({
      copy: refusal(409, 'BlobAlreadyExists'),
      placed: blob({ 'x-ms-meta-mesibotransfer': 'another' }),
    });
    expect(await commit()).toMatchObject({ state: 'refused', code: 'object-exists' });
    expect(asked).not.toContain('DELETE key');
  });

  it('believes no answer that lacks a length: something on the way took it', async () => {
    const { 'content-length': _, ...headers } = blob().headers ?? {};
    const { asked, commit } = await sent({ landed: { status: 200, headers } });
    await expect(commit()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(asked).toEqual(['HEAD pending']);
  });
});

describe('what is unfinished', () => {
  const item = (name: string, properties: string, meta = ''): string =>
    `<Blob><Name>${name}</Name><Properties>${properties}</Properties><Metadata>${meta}</Metadata></Blob>`;
  const OLD = '<Last-Modified>Wed, 01 Jan 2025 00:00:00 GMT</Last-Modified><Etag>"1"</Etag>';
  const list = (...items: readonly string[]): Scripted => ({
    body: `<?xml version="1.0"?><EnumerationResults><Blobs>${items.join('')}</Blobs></EnumerationResults>`,
  });

  it('is no folder of a hierarchical namespace, and no mark that its client can still run against', async () => {
    const young = `<Last-Modified>${new Date(Date.now() - 3_600_000).toUTCString()}</Last-Modified><Etag>"1"</Etag>`;
    const marked = '<mesiborefused>forbidden</mesiborefused>';
    const store = await scriptedStore((_, { searchParams }) => {
      if (searchParams.get('prefix') !== 'mesibo/pending/') return list();
      expect(searchParams.get('include')).toContain('metadata');
      return list(
        item('mesibo/pending/1', OLD, '<hdi_isfolder>true</hdi_isfolder>'),
        item('mesibo/pending/1/2026/01/a/small.txt', OLD),
        item('mesibo/pending/1/2026/01/b/marked.txt', young, marked),
        item('mesibo/pending/1/2026/01/c/marked.txt', OLD, marked),
        item('mesibo/pending/1/2026/01/d/young.txt', young),
      );
    });
    const keys = async (olderThan: number): Promise<string[]> => {
      const found: string[] = [];
      for await (const { ticket } of store.signer().unfinished(olderThan, call)) {
        found.push(JSON.parse(Buffer.from(ticket, 'base64url').toString()).key);
      }
      return found;
    };
    const [small, gone, fresh] = ['a/small', 'c/marked', 'd/young'].map(
      (name) => `mesibo/1/2026/01/${name}.txt`,
    );
    expect(await keys(24 * 3_600_000)).toEqual([small, gone]);
    expect(await keys(60_000)).toEqual([small, gone, fresh]);
    await store.close();
  });
});

describe('a trusted client', () => {
  it('costs a small file not one request more: one look', async () => {
    const asked: string[] = [];
    const store = await scriptedStore(({ method }, { pathname }) => {
      if (!pathname.includes('/mesibo/')) return NOT_THERE;
      asked.push(`${method}`);
      return blob(metadata());
    });
    const signer = store.signer({ partSize: MIB });
    const plan = await signer.begin(fileFacts(), call);
    const parts = [{ number: 1, size: 11, digests: { crc64nvme: 'AAAAAAAAAAA=' } }];
    await signer.sign(plan.ticket, parts, call);
    const outcome = await signer.commit(plan.ticket, { size: 11, parts, digests: {}, answered: true }, call);
    expect(outcome.state).toBe('stored');
    expect(asked).toEqual(['HEAD']);
    await store.close();
  });
});

describe('who may only create', () => {
  it('is tried again for blocks an hour after a refusal: it can have been a role that was assigned late', async () => {
    let refused = true;
    let now = Date.now();
    const asked: string[] = [];
    const store = await scriptedStore(({ method }, { pathname, searchParams }) => {
      if (method === 'HEAD') return NOT_THERE;
      asked.push(`${searchParams.get('sp')} ${pathname.includes('/pending/') ? 'pending' : 'key'}`);
      const mayNot = refused && searchParams.get('sp') === 'c';
      return mayNot ? refusal(403, 'AuthorizationPermissionMismatch') : { status: 201 };
    });
    const signer = store.signer({ partSize: MIB, clock: { now: () => now } });
    const begin = async (): Promise<string[]> => {
      await signer.begin(fileFacts({ size: 2 * MIB }), call);
      return asked.splice(0);
    };
    expect(await begin()).toEqual(['c key', 'w pending']);
    refused = false;
    expect(await begin()).toEqual(['w pending']);
    now += 3_600_000;
    expect(await begin()).toEqual(['c key']);
    await store.close();
  });
});
