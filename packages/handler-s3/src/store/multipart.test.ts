import type { Commit, Manifest } from '@mesibo-files/handler-core/provider';
import { afterEach, describe, expect, it } from 'vitest';
import { call } from '../../test/facts.ts';
import { refusal, type Scripted, scriptedStore } from '../../test/scripted-store.ts';
import { writeTicket } from '../ticket.ts';

const MD5 = 'kAFQmDzST7DWlj99KOF/cg==';
const ETAG = '900150983cd24fb0d6963f7d28e17f72';
const key = 'mesibo/1/x';
const listed = (parts: readonly number[], more = ''): Scripted => ({
  body: `<ListPartsResult><Key>${key}</Key><UploadId>u</UploadId>${more}${parts
    .map((n) => `<Part><PartNumber>${n}</PartNumber><ETag>"${ETAG}"</ETag><Size>3</Size></Part>`)
    .join('')}</ListPartsResult>`,
});
const object = (transfer: string, size = '3'): Scripted => ({
  headers: { etag: `"${ETAG}-1"`, 'content-length': size, 'x-amz-meta-mesibotransfer': transfer },
});
const done: Scripted = {
  body: `<CompleteMultipartUploadResult><Key>${key}</Key><ETag></ETag></CompleteMultipartUploadResult>`,
};
const manifest: Manifest = {
  size: 3,
  parts: [{ number: 1, size: 3, digests: { md5: MD5 } }],
  digests: {},
  answered: true,
};
const ticket = writeTicket({
  bucket: 'files',
  key,
  uploadId: 'u',
  single: false,
  size: null,
  maxSize: 50_000_000,
  partSize: 5_242_880,
  contentType: 'text/plain',
  name: 'x',
  uid: 1,
  mid: '1',
  source: 1,
  secure: false,
  staging: 'none',
  transferId: 'ours',
  checksum: 'md5',
  plainETags: true,
  begunAt: 0,
});

describe('putting the parts together', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  /** Answers by method: the list, the Complete, the HEAD. */
  const commit = async (answers: {
    list?: Scripted | Scripted[];
    complete?: Scripted | null;
    head?: Scripted;
  }): Promise<{ outcome: Commit | { code: string; retryable: boolean }; asked: readonly string[] }> => {
    const lists = [answers.list ?? listed([1])].flat();
    const store = await scriptedStore(({ method }) => {
      if (method === 'POST') return answers.complete === undefined ? done : answers.complete;
      if (method === 'DELETE') return { status: 204 };
      if (method === 'HEAD') return answers.head ?? object('ours');
      return (lists.length > 1 ? lists.shift() : lists[0]) ?? refusal(404, 'NoSuchUpload');
    });
    close = store.close;
    const outcome = await store
      .signer()
      .commit(ticket, manifest, call)
      .catch((error: { code: string; retryable: boolean }) => ({
        code: error.code,
        retryable: error.retryable,
      }));
    return { outcome, asked: store.asked };
  };

  it('is stored when the store says so and holds it', async () => {
    const { outcome, asked } = await commit({});
    expect(outcome).toMatchObject({ state: 'stored', object: { size: 3, version: `"${ETAG}-1"` } });
    expect(asked).toEqual(['GET object uploadId', 'POST object uploadId', 'HEAD object']);
  });

  it('sees an error that comes with a 200', async () => {
    const body = `\n  <?xml version="1.0"?><Error><Code>InternalError</Code><Message>again</Message></Error>`;
    const { outcome } = await commit({ complete: { status: 200, body: body.trim() } });
    expect(outcome).toEqual({ code: 'server-error', retryable: true });
  });

  it('is to be repeated when the answer was lost, and then found', async () => {
    expect((await commit({ complete: null })).outcome).toEqual({ code: 'network', retryable: true });
    const { outcome } = await commit({ list: refusal(404, 'NoSuchUpload') });
    expect(outcome).toMatchObject({ state: 'stored' });
  });

  it('is found when the upload ends between the list and the Complete', async () => {
    const { outcome } = await commit({ complete: refusal(404, 'NoSuchUpload') });
    expect(outcome).toMatchObject({ state: 'stored' });
  });

  it("takes no other's object for its own", async () => {
    const gone = await commit({ list: refusal(404, 'NoSuchUpload'), head: object('theirs') });
    expect(gone.outcome).toEqual({ state: 'gone' });
    const lists = [listed([1]), refusal(404, 'NoSuchUpload')];
    const exists = await commit({
      list: lists,
      complete: refusal(412, 'PreconditionFailed'),
      head: object('theirs'),
    });
    expect(exists.outcome).toMatchObject({ state: 'refused', code: 'object-exists' });
    expect(exists.asked).not.toContain('DELETE object');
    expect(exists.asked).toContain('DELETE object uploadId');
    const ours = await commit({ complete: refusal(412, 'PreconditionFailed') });
    expect(ours.outcome).toMatchObject({ state: 'stored' });
  });

  it('refuses and removes what has another size in the end', async () => {
    const { outcome, asked } = await commit({ head: object('ours', '4') });
    expect(outcome).toMatchObject({ state: 'refused', code: 'size-mismatch' });
    expect(asked.at(-1)).toBe('DELETE object');
  });

  it('refuses a stray part where the store insists on it, and retries a race', async () => {
    const invalid = refusal(400, 'InvalidPart');
    const stray = await commit({ list: [listed([1, 2]), refusal(404, 'NoSuchUpload')], complete: invalid });
    expect(stray.outcome).toMatchObject({ state: 'refused', code: 'size-mismatch' });
    expect((await commit({ complete: invalid })).outcome).toEqual({ code: 'server-error', retryable: true });
  });

  it('follows the pages of a list, and not for ever', async () => {
    const more = '<IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker>';
    const paged = await commit({ list: [listed([], more), listed([1])] });
    expect(paged.outcome).toMatchObject({ state: 'stored' });
    expect((await commit({ list: listed([1], more) })).outcome).toMatchObject({ code: 'bad-answer' });
  });

  it('takes no rubbish for a list', async () => {
    const portal = await commit({
      list: { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' },
    });
    expect(portal.outcome).toMatchObject({ code: 'bad-answer' });
    expect((await commit({ list: { body: 'not even <markup' } })).outcome).toMatchObject({
      code: 'bad-answer',
    });
  });
});
