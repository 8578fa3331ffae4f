import { call, element } from '../call.ts';
import { answerOf, complete, initiate, part, put, twoParts } from './steps.ts';
import type { S3Check } from './types.ts';

const crcOfX = 'jNwWgw==';

/** Completing multipart uploads. */
export const completeChecks: readonly S3Check[] = [
  {
    name: 'an upload of two parts completes',
    expected: { status: 200, size: '5242881', etag: '-2' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'mp');
      const { status } = await complete(store, 'mp', uploadId, parts);
      const { headers } = await call(store, { method: 'HEAD', key: 'mp' });
      return { status, size: headers['content-length'], etag: String(headers.etag).slice(-3, -1) };
    },
  },
  {
    name: 'Complete answers with the ETag of the object',
    expected: { status: 200, same: true },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200, same: false } },
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'mp');
      const { status, body } = await complete(store, 'mp', uploadId, parts);
      const { headers } = await call(store, { method: 'HEAD', key: 'mp' });
      return {
        status,
        same: element(body, 'ETag')?.replaceAll('"', '') === String(headers.etag).replaceAll('"', ''),
      };
    },
  },
  {
    name: 'parts that are not listed are left out',
    expected: { status: 200, size: '1' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 400, size: '5242881' } },
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'mp');
      const { status } = await complete(store, 'mp', uploadId, parts.slice(1));
      const { headers } = await call(store, { method: 'HEAD', key: 'mp' });
      return { status, size: headers['content-length'] };
    },
  },
  {
    name: 'parts out of order are refused',
    expected: { status: 400, code: 'InvalidPartOrder' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'mp');
      return answerOf(await complete(store, 'mp', uploadId, parts.toReversed()));
    },
  },
  {
    name: 'a part with another ETag is refused',
    expected: { status: 400, code: 'InvalidPart' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'mp');
      return answerOf(
        await complete(
          store,
          'mp',
          uploadId,
          parts.map(([n]) => [n, `"${'0'.repeat(32)}"`] as const),
        ),
      );
    },
  },
  {
    name: 'a part that was never sent is refused',
    expected: { status: 400, code: 'InvalidPart' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'mp');
      return answerOf(await complete(store, 'mp', uploadId, [...parts, [3, `"${'0'.repeat(32)}"`]]));
    },
  },
  {
    name: 'a part below 5 MiB that is not the last is refused',
    expected: { status: 400, code: 'EntityTooSmall' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const uploadId = await initiate(store, 'mp');
      const etag = await part(store, 'mp', uploadId, 1, 'x');
      const last = await part(store, 'mp', uploadId, 2, 'y');
      return answerOf(
        await complete(store, 'mp', uploadId, [
          [1, etag],
          [2, last],
        ]),
      );
    },
  },
  {
    name: 'an empty list is refused',
    expected: { status: 400, code: 'MalformedXML' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => answerOf(await complete(store, 'mp', await initiate(store, 'mp'), [])),
  },
  {
    name: 'Complete twice gives the same answer',
    expected: { status: 200 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'mp');
      await complete(store, 'mp', uploadId, parts);
      return answerOf(await complete(store, 'mp', uploadId, parts));
    },
  },
  {
    name: 'Complete with If-None-Match: * does not overwrite',
    expected: { status: 412, code: 'PreconditionFailed' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 412, code: 'InvalidRequest' } },
    run: async (store) => {
      await put(store, 'taken');
      const { uploadId, parts } = await twoParts(store, 'taken');
      return answerOf(await complete(store, 'taken', uploadId, parts, { 'if-none-match': '*' }));
    },
  },
  {
    name: 'Complete with another size is refused',
    expected: { status: 400, code: 'InvalidRequest' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: async (store) => {
      const { uploadId, parts } = await twoParts(store, 'mp');
      return answerOf(await complete(store, 'mp', uploadId, parts, { 'x-amz-mp-object-size': '1' }));
    },
  },
  {
    name: 'Complete with a wrong CRC32 of the whole is refused',
    expected: { status: 400, code: 'BadDigest' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: async (store) => {
      const headers = { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' };
      const { uploadId, parts } = await twoParts(store, 'mp', headers);
      const stated = { 'x-amz-checksum-crc32': crcOfX, 'x-amz-checksum-type': 'FULL_OBJECT' };
      return answerOf(await complete(store, 'mp', uploadId, parts, stated));
    },
  },
  {
    name: 'Complete with the right CRC32 of the whole is answered',
    expected: { status: 200 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const headers = { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' };
      const uploadId = await initiate(store, 'mp', headers);
      const etag = await part(store, 'mp', uploadId, 1, 'x');
      const stated = { 'x-amz-checksum-crc32': crcOfX, 'x-amz-checksum-type': 'FULL_OBJECT' };
      return answerOf(await complete(store, 'mp', uploadId, [[1, etag]], stated));
    },
  },
];
