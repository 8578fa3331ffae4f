import { crc32 } from 'node:zlib';
import { call } from '../call.ts';
import { answerOf, contentOf, md5, observe, put } from './steps.ts';
import type { S3Check } from './types.ts';

const crc = (text: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
};

/** Writing objects: digests, conditions and limits. */
export const writeChecks: readonly S3Check[] = [
  {
    name: 'the ETag of a PUT is its MD5',
    expected: { status: 200, etag: '"9dd4e461268c8034f5c8564e155c67a6"' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const { status, headers } = await put(store, 'a', 'x');
      return { status, etag: headers.etag };
    },
  },
  {
    name: 'a wrong Content-MD5 is refused',
    expected: { status: 400, code: 'BadDigest' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, { method: 'PUT', key: 'digest', body: 'x', headers: { 'content-md5': md5('y') } }),
  },
  {
    name: 'a malformed Content-MD5 is refused',
    expected: { status: 400, code: 'InvalidDigest' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, { method: 'PUT', key: 'digest', body: 'x', headers: { 'content-md5': 'short' } }),
  },
  {
    name: 'a right CRC32 is accepted',
    expected: { status: 200 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, { method: 'PUT', key: 'crc', body: 'x', headers: { 'x-amz-checksum-crc32': crc('x') } }),
  },
  {
    name: 'a wrong CRC32 is refused',
    expected: { status: 400, code: 'BadDigest' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: (store) =>
      observe(store, { method: 'PUT', key: 'crc', body: 'x', headers: { 'x-amz-checksum-crc32': crc('y') } }),
  },
  {
    name: 'a checksum in the query of a signed URL is verified',
    expected: { status: 400, code: 'BadDigest' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: (store) =>
      observe(store, { method: 'PUT', key: 'crc', body: 'x', query: { 'x-amz-checksum-crc32': 'AAAAAA==' } }),
  },
  {
    name: 'metadata in the query of a signed URL is kept',
    expected: { status: 200, owner: 'alice' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 200, owner: 'lost' } },
    run: async (store) => {
      await call(store, { method: 'PUT', key: 'hoisted', body: 'x', query: { 'x-amz-meta-owner': 'alice' } });
      const { status, headers } = await call(store, { method: 'HEAD', key: 'hoisted' });
      return { status, owner: headers['x-amz-meta-owner'] ?? 'lost' };
    },
  },
  {
    name: 'a checksum algorithm without a checksum is refused',
    expected: { status: 400, code: 'InvalidRequest' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: 'crc',
        body: 'x',
        headers: { 'x-amz-sdk-checksum-algorithm': 'CRC32' },
      }),
  },
  {
    name: 'If-None-Match: * creates',
    expected: { status: 200 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 501, code: 'NotImplemented' } },
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: `new-${Date.now()}`,
        body: 'x',
        headers: { 'if-none-match': '*' },
      }),
  },
  {
    name: 'If-None-Match: * does not overwrite',
    expected: { status: 412, code: 'PreconditionFailed' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 501, code: 'NotImplemented' } },
    run: async (store) => {
      await put(store, 'there');
      return observe(store, { method: 'PUT', key: 'there', body: 'x', headers: { 'if-none-match': '*' } });
    },
  },
  {
    name: 'of twelve racers with If-None-Match: * one wins',
    expected: { status: 200, winners: 1 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 200, winners: 0 } },
    run: async (store) => {
      const race = { method: 'PUT', key: `race-${Date.now()}`, headers: { 'if-none-match': '*' } } as const;
      const replies = await Promise.all(
        Array.from({ length: 12 }, (_, n) => call(store, { ...race, body: `racer ${n}` })),
      );
      return { status: 200, winners: replies.filter(({ status }) => status === 200).length };
    },
  },
  {
    name: 'If-Match of another version does not overwrite',
    expected: { status: 412, code: 'PreconditionFailed' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 501, code: 'NotImplemented' } },
    run: async (store) => {
      await put(store, 'there');
      return observe(store, {
        method: 'PUT',
        key: 'there',
        body: 'x',
        headers: { 'if-match': '"00000000000000000000000000000000"' },
      });
    },
  },
  {
    name: 'a key of 1025 bytes is refused',
    expected: { status: 400, code: 'KeyTooLongError' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 400, code: 'InvalidObjectName' } },
    run: (store) => observe(store, { method: 'PUT', key: 'k'.repeat(1025), body: 'x' }),
  },
  {
    name: 'metadata above 2 KiB is refused',
    expected: { status: 400, code: 'MetadataTooLarge' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 500, code: 'InternalError' } },
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: 'meta',
        body: 'x',
        headers: { 'x-amz-meta-a': 'v'.repeat(2048) },
      }),
  },
  {
    name: 'dots in a key are no path',
    expected: { status: 200, body: 'dots' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await call(store, { method: 'PUT', key: 'x/../y', body: 'dots' });
      return contentOf(await call(store, { method: 'GET', key: 'x/../y' }));
    },
  },
  {
    name: 'a key in any script',
    expected: { status: 200, body: 'name' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const key = 'фото 照片 🖼 +&=?%#"<>.jpg';
      await call(store, { method: 'PUT', key, body: 'name' });
      return contentOf(await call(store, { method: 'GET', key }));
    },
  },
  {
    name: 'DeleteObjects wants a digest',
    expected: { status: 400, code: 'InvalidRequest' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: async (store) => {
      const body = '<Delete><Object><Key>a</Key></Object></Delete>';
      return answerOf(await call(store, { method: 'POST', query: { delete: '' }, body }));
    },
  },
];
