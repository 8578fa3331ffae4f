import { afterEach, describe, expect, it } from 'vitest';
import { cut, manifestOf, sendPieces } from '../carry-out.ts';
import { call, fileFacts } from '../facts.ts';
import { refusal, type Scripted, scriptedStore } from '../scripted-store.ts';

/** What real stores answer at their edges: HEADs through a CDN, ETags that are none, conditions nobody knows. */
const BYTES = new TextEncoder().encode('hello edges');
const OBJECT = { etag: '"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a-1"', 'content-type': 'text/plain' };

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

type Script = Parameters<typeof scriptedStore>[0];
const open = async (script: Script) => {
  const store = await scriptedStore(script);
  close = store.close;
  return store;
};

describe('an object whose HEAD tells no size, or 0', () => {
  const head = (own: Record<string, string>, transfer: string): Scripted => ({
    headers: { ...OBJECT, 'x-amz-meta-mesibotransfer': transfer, ...own },
  });
  const committing = async (told: Record<string, string>, ranged: Scripted) => {
    const asked: string[] = [];
    const store = await open((request) => {
      asked.push(`${request.method} ${request.headers.range ?? ''}`.trim());
      if (request.method === 'HEAD') return head(told, 'transfer-1');
      return request.method === 'GET' ? ranged : {};
    });
    const signer = store.signer({ checksum: 'none' });
    const plan = await signer.begin(fileFacts({ size: BYTES.length }), call);
    const manifest = { ...manifestOf(BYTES, cut(plan, BYTES)), answered: false };
    const outcome = await signer.commit(plan.ticket, manifest, call).catch((error: unknown) => error);
    return { outcome, asked };
  };
  const ranged = (range: string, etag = OBJECT.etag): Scripted => ({
    status: 206,
    headers: { ...OBJECT, etag, 'content-range': range, 'content-length': '1' },
    body: 'h',
  });

  it.each([{}, { 'content-length': '0' }])(
    'has the size that a GET of its first byte tells: %o',
    async (told) => {
      const { outcome, asked } = await committing(told, ranged(`bytes 0-0/${BYTES.length}`));
      expect(outcome).toMatchObject({ state: 'stored', object: { size: BYTES.length } });
      expect(asked).toEqual(['HEAD', 'GET bytes=0-0']);
    },
  );

  it('is not removed where nobody tells', async () => {
    const { outcome, asked } = await committing({}, ranged('bytes 0-0/*'));
    expect(outcome).toMatchObject({ code: 'bad-answer', retryable: true });
    expect(asked).not.toContain('DELETE');
  });

  it('is looked at again where it changed between the two', async () => {
    const { outcome } = await committing({}, ranged(`bytes 0-0/${BYTES.length}`, '"another"'));
    expect(outcome).toMatchObject({ code: 'server-error', retryable: true });
  });

  it('is empty where it has no first byte', async () => {
    const { outcome } = await committing({ 'content-length': '0' }, refusal(416, 'InvalidRange'));
    expect(outcome).toMatchObject({ state: 'refused', code: 'size-mismatch' });
  });

  it('keeps its type where HEAD tells none', async () => {
    const store = await open((request) => {
      const { 'content-type': _, ...rest } = OBJECT;
      const headers = { ...rest, 'content-length': '11', 'x-amz-meta-mesibotransfer': 'transfer-1' };
      return request.method === 'HEAD' ? { headers, bare: true } : {};
    });
    const signer = store.signer({ checksum: 'none' });
    const plan = await signer.begin(fileFacts({ size: 11 }), call);
    const manifest = { ...manifestOf(BYTES, cut(plan, BYTES)), answered: false };
    expect(await signer.commit(plan.ticket, manifest, call)).toMatchObject({ state: 'stored' });
    expect(store.asked.some((each) => each.startsWith('DELETE'))).toBe(false);
  });
});

describe('a download', () => {
  const reading = async (headers: Record<string, string>) => {
    const store = await open((request) => (request.method === 'HEAD' ? { headers } : {}));
    return store.signer({ publicUrl: 'https://cdn.example' }).read('https://cdn.example/mesibo/x', call);
  };
  const time = 'Fri, 02 Jan 2026 03:04:05 GMT';

  it('is bound by time where the ETag is weak', async () => {
    const headers = { etag: 'W/"abc"', 'content-length': '5', 'last-modified': time };
    const plan = await reading(headers);
    expect(plan.version).toBeNull();
    expect(plan.request.headers).toEqual({ 'if-unmodified-since': time });
    const strong = await reading({ ...headers, etag: '"abc"' });
    expect([strong.version, strong.request.headers]).toEqual(['"abc"', { 'if-match': '"abc"' }]);
    const timeless = await reading({ etag: 'W/"abc"', 'content-length': '5' });
    expect(timeless.request.headers).toEqual({});
  });

  it('of an archived object says the class, and how to restore it', async () => {
    const archived = { etag: '"a"', 'content-length': '5', 'x-amz-storage-class': 'DEEP_ARCHIVE' };
    await expect(reading(archived)).rejects.toMatchObject({
      code: 'object-archived',
      retryable: false,
      message: expect.stringContaining('DEEP_ARCHIVE'),
      hint: expect.stringContaining('restore-object'),
    });
    const under = { ...archived, 'x-amz-restore': 'ongoing-request="true"' };
    await expect(reading(under)).rejects.toMatchObject({
      message: expect.stringContaining('being restored'),
    });
    const restored = { ...archived, 'x-amz-restore': `ongoing-request="false", expiry-date="${time}"` };
    expect(await reading(restored)).toMatchObject({ size: 5 });
    const clever = { etag: '"a"', 'content-length': '5', 'x-amz-archive-status': 'ARCHIVE_ACCESS' };
    await expect(reading(clever)).rejects.toMatchObject({ code: 'object-archived' });
  });
});

describe('a store that knows no conditions', () => {
  it('is found out by a request of the signer, and asked for none from then on', async () => {
    const store = await open((request) =>
      request.headers['if-none-match'] === undefined
        ? { headers: { etag: '"1"' } }
        : refusal(501, 'NotImplemented'),
    );
    const signer = store.signer({ checksum: 'none' });
    const plan = await signer.begin(fileFacts({ size: 11 }), call);
    expect(plan.signed[0]?.request.headers).toHaveProperty('if-none-match', '*');
    const wanted = [{ number: 1, size: 11, digests: {} }];
    const [again] = await signer.sign(plan.ticket, wanted, { ...call, refusal: 'NotImplemented' });
    expect(again?.request.headers).not.toHaveProperty('if-none-match');
    expect(await signer.capabilities(call)).toMatchObject({ noOverwrite: { single: 'key' } });
    const next = await signer.begin(fileFacts({ size: 11 }), call);
    expect(next.signed[0]?.request.headers).not.toHaveProperty('if-none-match');
  });

  it('is not believed to be one because a client says so', async () => {
    const store = await open(() => ({ headers: { etag: '"1"' } }));
    const signer = store.signer({ checksum: 'none' });
    const plan = await signer.begin(fileFacts({ size: 11 }), call);
    const wanted = [{ number: 1, size: 11, digests: {} }];
    for (let times = 0; times < 3; times++) {
      const [again] = await signer.sign(plan.ticket, wanted, { ...call, refusal: 'NotImplemented' });
      expect(again?.request.headers).toHaveProperty('if-none-match', '*');
    }
    // The test object goes again, and one look is enough.
    expect(store.asked).toEqual(['PUT object', 'DELETE object']);
  });

  it('completes an upload without', async () => {
    const conditions: unknown[] = [];
    const store = await open((request, url) => {
      if (url.searchParams.has('uploads')) {
        return {
          body: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
        };
      }
      if (request.method === 'GET') return { body: listOf('"x"') };
      if (request.method === 'HEAD') {
        return { headers: { ...OBJECT, 'content-length': '11', 'x-amz-meta-mesibotransfer': 'transfer-1' } };
      }
      conditions.push(request.headers['if-none-match']);
      if (request.headers['if-none-match'] !== undefined) return refusal(501, 'NotImplemented');
      return { body: '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>' };
    });
    const signer = store.signer({ checksum: 'none', singleUpTo: 0 });
    const plan = await signer.begin(fileFacts({ size: 11 }), call);
    const outcome = await signer.commit(plan.ticket, manifestOf(BYTES, cut(plan, BYTES)), call);
    expect([outcome.state, conditions]).toEqual(['stored', ['*', undefined]]);
  });
});

it('an object that Swift finds under the key when parts are put together is there, whatever it calls that', async () => {
  let aborted = false;
  const store = await open((request, url) => {
    if (url.searchParams.has('uploads')) {
      return {
        body: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
      };
    }
    aborted ||= request.method === 'DELETE';
    if (request.method === 'GET') return aborted ? refusal(404, 'NoSuchUpload') : { body: listOf('"x"') };
    if (request.method === 'HEAD') return { headers: { ...OBJECT, 'content-length': '5' } };
    return request.method === 'POST' ? refusal(412, 'InvalidRequest') : {};
  });
  const signer = store.signer({ checksum: 'none', singleUpTo: 0 });
  const plan = await signer.begin(fileFacts({ size: 11 }), call);
  const outcome = await signer.commit(plan.ticket, manifestOf(BYTES, cut(plan, BYTES)), call);
  expect(outcome).toMatchObject({ state: 'refused', code: 'object-exists' });
});

function listOf(etag: string | null): string {
  const tag = etag === null ? '' : `<ETag>${etag}</ETag>`;
  const part = `<Part><PartNumber>1</PartNumber><Size>11</Size>${tag}</Part>`;
  return `<ListPartsResult><Key>k</Key><UploadId>u</UploadId>${part}</ListPartsResult>`;
}

describe('parts whose ETags are not their MD5s', () => {
  /** A store of one part; `verifies`: it compares Content-MD5. */
  const storing = async (etag: string | null, partETag: string, verifies: boolean) => {
    const store = await open((request, url) => {
      if (url.searchParams.has('uploads')) {
        return {
          body: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
        };
      }
      if (request.method === 'PUT') {
        const damaged = url.searchParams.get('partNumber') === '2';
        return damaged && verifies ? refusal(400, 'BadDigest') : { headers: { etag: partETag } };
      }
      if (request.method === 'GET') return { body: listOf(etag) };
      if (request.method === 'HEAD') {
        return { headers: { ...OBJECT, 'content-length': '11', 'x-amz-meta-mesibotransfer': 'transfer-1' } };
      }
      return { body: '<CompleteMultipartUploadResult><ETag>"e-1"</ETag></CompleteMultipartUploadResult>' };
    });
    const signer = store.signer({ singleUpTo: 0 });
    const plan = await signer.begin(fileFacts({ size: 11 }), call);
    const pieces = cut(plan, BYTES);
    const commit = () => signer.commit(plan.ticket, manifestOf(BYTES, pieces), call);
    return { store, signer, plan, pieces, commit };
  };
  const opaque = '"ffffffffffffffffffffffffffffffff"';
  /** MD5 of the byte that the signer tries. */
  const plain = '"cfcd208495d565ef66e7dff9f98764da"';

  it('are believed where the store compares their MD5s as they come, as MinIO does under KMS', async () => {
    const { commit, signer, plan, pieces, store } = await storing(opaque, opaque, true);
    expect(await sendPieces(signer, plan, pieces)).toHaveLength(1);
    expect(await commit()).toMatchObject({ state: 'stored' });
    const before = store.asked.length;
    expect(await commit()).toMatchObject({ state: 'stored' });
    // Once for each process: no further upload is begun to find it out.
    expect(store.asked.slice(before)).not.toContain('POST object uploads');
    const { stored } = await signer.resume(plan.ticket, call);
    expect(stored).toMatchObject({ state: 'parts', parts: [{ number: 1, size: 11, digests: {} }] });
  });

  it('are sent again where the store has plain ETags: then they are other bytes', async () => {
    const { commit } = await storing(opaque, plain, true);
    expect(await commit()).toEqual({ state: 'missing', parts: [1] });
  });

  it.each([opaque, null])('are refused where the store compares nothing (lists %s)', async (etag) => {
    const { commit, signer } = await storing(etag, plain.replace('c', 'd'), false);
    await expect(commit()).rejects.toMatchObject({ code: 'unsupported' });
    expect(await signer.capabilities(call)).toMatchObject({ storeVerifiesDigests: false });
  });

  it('are believed where the store lists none, but compares', async () => {
    const { commit } = await storing(null, plain, true);
    expect(await commit()).toMatchObject({ state: 'stored' });
  });
});

describe('what a list leaves out', () => {
  it('is no number and no size', async () => {
    const store = await open((request, url) =>
      url.searchParams.has('uploads')
        ? { body: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>' }
        : request.method === 'GET'
          ? { body: listOf('"x"').replace('<Size>11</Size>', '') }
          : {},
    );
    const signer = store.signer({ singleUpTo: 0 });
    const plan = await signer.begin(fileFacts({ size: 11 }), call);
    await expect(signer.resume(plan.ticket, call)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('is told by the parts where it is the beginning of an upload, and nothing is asked by prefix', async () => {
    const at = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
    const prefixes: unknown[] = [];
    const store = await open((_request, url) => {
      if (url.searchParams.has('uploads')) {
        prefixes.push(url.searchParams.get('prefix'));
        const one = (key: string): string => `<Upload><Key>${key}</Key><UploadId>u</UploadId></Upload>`;
        const all = ['mesibo/old', 'mesibo/new', 'mesibo/none', 'others/old'].map(one).join('');
        return {
          body: `<ListMultipartUploadsResult><Bucket>files</Bucket>${all}</ListMultipartUploadsResult>`,
        };
      }
      if (url.searchParams.has('uploadId')) {
        const hours = url.pathname.endsWith('old') ? 30 : 1;
        const part = `<Part><PartNumber>1</PartNumber><LastModified>${at(hours)}</LastModified></Part>`;
        const parts = url.pathname.endsWith('none') ? '' : part;
        return { body: `<ListPartsResult><Key>k</Key><UploadId>u</UploadId>${parts}</ListPartsResult>` };
      }
      return { body: '<ListBucketResult><Name>files</Name><KeyCount>0</KeyCount></ListBucketResult>' };
    });
    const signer = store.signer();
    const found: (string | null)[] = [];
    for await (const { ticket, begunAt } of signer.unfinished(24 * 3_600_000, call)) {
      expect(Date.now() - begunAt).toBeGreaterThan(29 * 3_600_000);
      found.push(signer.keyOfTicket?.(ticket) ?? null);
    }
    expect([found, prefixes]).toEqual([['mesibo/old'], [null]]);
  });
});
