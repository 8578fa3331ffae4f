import { createHash } from 'node:crypto';
import { type Call, call, element, type Reply, type Store } from '../call.ts';
import { answerOf, complete, contentOf, initiate, put, twoParts } from './steps.ts';
import type { S3Check } from './types.ts';

const mebibyte = 1024 * 1024;
const zeros = Buffer.alloc(6 * mebibyte);

/** A copy of one object to another key. */
const copy = (
  store: Store,
  from: string,
  key: string,
  headers: Record<string, string> = {},
): Promise<Reply> =>
  call(store, {
    method: 'PUT',
    key,
    headers: { 'x-amz-copy-source': `${store.bucket}/${from}`, ...headers },
  });

const copyPart = (
  store: Store,
  from: string,
  key: string,
  query: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Reply> => {
  const asked: Call = {
    method: 'PUT',
    key,
    query,
    headers: { 'x-amz-copy-source': `${store.bucket}/${from}`, ...headers },
  };
  return call(store, asked);
};

/** CopyObject and UploadPartCopy. Sources: their pages in the API reference, and "Conditional writes". */
export const copyChecks: readonly S3Check[] = [
  {
    name: 'a copy with new metadata has none of the old',
    expected: { status: 200, type: 'text/plain', encoding: undefined, old: undefined, cache: 'no-store' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const headers = { 'content-type': 'text/html', 'content-encoding': 'gzip', 'x-amz-meta-old': '1' };
      await call(store, { method: 'PUT', key: 'dressed', body: 'x', headers });
      const fresh = { 'content-type': 'text/plain', 'cache-control': 'no-store', 'x-amz-meta-new': '1' };
      await copy(store, 'dressed', 'changed', { 'x-amz-metadata-directive': 'REPLACE', ...fresh });
      const found = await call(store, { method: 'HEAD', key: 'changed' });
      return {
        status: found.status,
        type: found.headers['content-type'],
        encoding: found.headers['content-encoding'],
        old: found.headers['x-amz-meta-old'],
        cache: found.headers['cache-control'],
      };
    },
  },
  {
    name: 'a copy with If-None-Match: * does not overwrite',
    expected: { status: 412, code: 'PreconditionFailed' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 501, code: 'NotImplemented' } },
    run: async (store) => {
      await put(store, 'from');
      await put(store, 'taken');
      return answerOf(await copy(store, 'from', 'taken', { 'if-none-match': '*' }));
    },
  },
  {
    name: 'a copy of another version than asked for is refused',
    expected: { status: 412, code: 'PreconditionFailed' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: async (store) => {
      await put(store, 'from');
      const headers = { 'x-amz-copy-source-if-match': '"00000000000000000000000000000000"' };
      return answerOf(await copy(store, 'from', 'never', headers));
    },
  },
  {
    // Ceph reads the condition under a name of its own.
    name: 'a copy of another version than asked for, by both names of the condition, is refused',
    expected: { status: 412, code: 'PreconditionFailed' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'from');
      const other = '"00000000000000000000000000000000"';
      const headers = { 'x-amz-copy-source-if-match': other, 'x-amz-copy-if-match': other };
      return answerOf(await copy(store, 'from', 'never', headers));
    },
  },
  {
    name: 'a copy of the version asked for is made',
    expected: { status: 200, body: '0123456789' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const { headers } = await put(store, 'from');
      await copy(store, 'from', 'same', { 'x-amz-copy-source-if-match': String(headers.etag) });
      return contentOf(await call(store, { method: 'GET', key: 'same' }));
    },
  },
  {
    name: 'a copy of nothing finds no key',
    expected: { status: 404, code: 'NoSuchKey' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => answerOf(await copy(store, 'absent', 'never')),
  },
  {
    name: 'the ETag of a copied object of parts is the MD5 of all bytes',
    expected: { status: 200, whole: true },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200, whole: false }, swift: { status: 200, whole: false } },
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'parts');
      await complete(store, 'parts', uploadId, parts);
      const { status, body } = await copy(store, 'parts', 'one');
      const bytes = Buffer.concat([Buffer.alloc(5 * mebibyte, 1), Buffer.from('x')]);
      const md5 = createHash('md5').update(bytes).digest('hex');
      return { status, whole: element(body, 'ETag')?.replaceAll(/"|&quot;/g, '') === md5 };
    },
  },
  {
    name: 'parts are copied out of an object',
    expected: { status: 200, size: String(zeros.length) },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'large', zeros);
      const uploadId = await initiate(store, 'joined');
      const parts: Array<[number, string]> = [];
      for (const [number, range] of [
        [1, `bytes=0-${5 * mebibyte - 1}`],
        [2, `bytes=${5 * mebibyte}-${zeros.length - 1}`],
      ] as const) {
        const query = { partNumber: String(number), uploadId };
        const reply = await copyPart(store, 'large', 'joined', query, { 'x-amz-copy-source-range': range });
        parts.push([number, (element(reply.body, 'ETag') ?? '').replaceAll('&quot;', '"')]);
      }
      const { status } = await complete(store, 'joined', uploadId, parts);
      const found = await call(store, { method: 'HEAD', key: 'joined' });
      return { status, size: found.headers['content-length'] };
    },
  },
  {
    name: 'a part of another version than asked for is not copied',
    expected: { status: 412, code: 'PreconditionFailed' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: async (store) => {
      await put(store, 'large', zeros);
      const uploadId = await initiate(store, 'never');
      return answerOf(
        await copyPart(
          store,
          'large',
          'never',
          { partNumber: '1', uploadId },
          {
            'x-amz-copy-source-range': `bytes=0-${zeros.length - 1}`,
            'x-amz-copy-source-if-match': '"00000000000000000000000000000000"',
          },
        ),
      );
    },
  },
  {
    name: 'no part is copied from beyond the end',
    expected: { status: 400, code: 'InvalidArgument' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 416, code: 'InvalidRange' }, swift: { status: 200 } },
    run: async (store) => {
      await put(store, 'large', zeros);
      const uploadId = await initiate(store, 'never');
      const headers = { 'x-amz-copy-source-range': `bytes=0-${zeros.length}` };
      return answerOf(await copyPart(store, 'large', 'never', { partNumber: '1', uploadId }, headers));
    },
  },
  {
    name: 'no range is copied out of a small object',
    expected: { status: 400, code: 'InvalidRequest' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: async (store) => {
      await put(store, 'small');
      const uploadId = await initiate(store, 'never');
      const headers = { 'x-amz-copy-source-range': 'bytes=0-4' };
      return answerOf(await copyPart(store, 'small', 'never', { partNumber: '1', uploadId }, headers));
    },
  },
  {
    name: 'an upload of one empty part makes an empty object',
    expected: { status: 200, size: '0' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const uploadId = await initiate(store, 'empty');
      const query = { partNumber: '1', uploadId };
      const { headers } = await call(store, { method: 'PUT', key: 'empty', query, body: '' });
      const { status } = await complete(store, 'empty', uploadId, [[1, String(headers.etag)]]);
      const found = await call(store, { method: 'HEAD', key: 'empty' });
      return { status, size: found.headers['content-length'] };
    },
  },
];
