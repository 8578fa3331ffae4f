import { call, element } from '../call.ts';
import { complete, initiate, md5, observe, part, twoParts } from './steps.ts';
import type { S3Check } from './types.ts';

const crcOfX = 'jNwWgw==';

/** Parts and unfinished uploads. */
export const partChecks: readonly S3Check[] = [
  {
    name: 'part number 0 is refused',
    expected: { status: 400, code: 'InvalidArgument' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: async (store) => {
      const uploadId = await initiate(store, 'mp');
      return observe(store, { method: 'PUT', key: 'mp', query: { partNumber: '0', uploadId }, body: 'x' });
    },
  },
  {
    name: 'part number 10000 is accepted',
    expected: { status: 200 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 400, code: 'InvalidArgument' } },
    run: async (store) => {
      const uploadId = await initiate(store, 'mp');
      return observe(store, {
        method: 'PUT',
        key: 'mp',
        query: { partNumber: '10000', uploadId },
        body: 'x',
      });
    },
  },
  {
    name: 'part number 10001 is refused',
    expected: { status: 400, code: 'InvalidArgument' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: async (store) => {
      const uploadId = await initiate(store, 'mp');
      return observe(store, {
        method: 'PUT',
        key: 'mp',
        query: { partNumber: '10001', uploadId },
        body: 'x',
      });
    },
  },
  {
    name: 'a part of an unknown upload is refused',
    expected: { status: 404, code: 'NoSuchUpload' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: 'mp',
        query: { partNumber: '1', uploadId: 'unknown' },
        body: 'x',
      }),
  },
  {
    name: 'an upload of another key is not found',
    expected: { status: 404, code: 'NoSuchUpload' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const uploadId = await initiate(store, 'mp');
      return observe(store, { method: 'PUT', key: 'other', query: { partNumber: '1', uploadId }, body: 'x' });
    },
  },
  {
    name: 'a part with a wrong Content-MD5 is refused',
    expected: { status: 400, code: 'BadDigest' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const uploadId = await initiate(store, 'mp');
      const query = { partNumber: '1', uploadId };
      return observe(store, {
        method: 'PUT',
        key: 'mp',
        query,
        body: 'x',
        headers: { 'content-md5': md5('y') },
      });
    },
  },
  {
    name: 'a part with a wrong CRC32 is refused',
    expected: { status: 400, code: 'BadDigest' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: async (store) => {
      const uploadId = await initiate(store, 'mp', { 'x-amz-checksum-algorithm': 'CRC32' });
      const query = { partNumber: '1', uploadId };
      return observe(store, {
        method: 'PUT',
        key: 'mp',
        query,
        body: 'x',
        headers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
      });
    },
  },
  {
    name: 'a part with a checksum that the upload was not created with is refused',
    expected: { status: 400, code: 'InvalidRequest' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: async (store) => {
      const uploadId = await initiate(store, 'mp');
      const query = { partNumber: '1', uploadId };
      return observe(store, {
        method: 'PUT',
        key: 'mp',
        query,
        body: 'x',
        headers: { 'x-amz-checksum-crc32': crcOfX },
      });
    },
  },
  {
    name: 'a part sent again replaces the first',
    expected: { status: 200, body: 'second' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const uploadId = await initiate(store, 'mp');
      await part(store, 'mp', uploadId, 1, 'first');
      const etag = await part(store, 'mp', uploadId, 1, 'second');
      const { status } = await complete(store, 'mp', uploadId, [[1, etag]]);
      const { body } = await call(store, { method: 'GET', key: 'mp' });
      return { status, body: String(body) };
    },
  },
  {
    name: 'ListParts pages',
    expected: { status: 200, truncated: 'true', next: '1', afterwards: '2' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const { uploadId } = await twoParts(store, 'mp');
      const query = { uploadId, 'max-parts': '1' };
      const { status, body } = await call(store, { method: 'GET', key: 'mp', query });
      const next = element(body, 'NextPartNumberMarker') ?? '';
      const second = await call(store, {
        method: 'GET',
        key: 'mp',
        query: { ...query, 'part-number-marker': next },
      });
      return {
        status,
        truncated: element(body, 'IsTruncated'),
        next,
        afterwards: element(second.body, 'PartNumber'),
      };
    },
  },
  {
    name: 'Abort forgets the upload',
    expected: { status: 204, afterwards: 404 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const { uploadId } = await twoParts(store, 'mp');
      const { status } = await call(store, { method: 'DELETE', key: 'mp', query: { uploadId } });
      return {
        status,
        afterwards: (await call(store, { method: 'GET', key: 'mp', query: { uploadId } })).status,
      };
    },
  },
  {
    name: 'a part after Complete is refused',
    expected: { status: 404, code: 'NoSuchUpload' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 200 } },
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'mp');
      await complete(store, 'mp', uploadId, parts);
      return observe(store, { method: 'PUT', key: 'mp', query: { partNumber: '1', uploadId }, body: 'late' });
    },
  },
  {
    name: 'Abort of an unknown upload is refused',
    expected: { status: 404, code: 'NoSuchUpload' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) => observe(store, { method: 'DELETE', key: 'mp', query: { uploadId: 'unknown' } }),
  },
  {
    name: 'ListMultipartUploads shows an unfinished upload',
    expected: { status: 200, key: 'unfinished', listed: true },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const uploadId = await initiate(store, 'unfinished');
      const { status, body } = await call(store, {
        method: 'GET',
        query: { uploads: '', prefix: 'unfinished' },
      });
      return { status, key: element(body, 'Key'), listed: body.includes(uploadId) };
    },
  },
];
