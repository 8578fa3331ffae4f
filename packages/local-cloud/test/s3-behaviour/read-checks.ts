import { call } from '../call.ts';
import { contentOf, hour, observe, put } from './steps.ts';
import type { S3Check } from './types.ts';

/** Reading objects: ranges and conditions. */
export const readChecks: readonly S3Check[] = [
  {
    name: 'an absent key is not found',
    expected: { status: 404, code: 'NoSuchKey' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) => observe(store, { method: 'GET', key: 'absent' }),
  },
  {
    name: 'an absent bucket is not found',
    expected: { status: 404, code: 'NoSuchBucket' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) => observe(store, { method: 'PUT', bucket: 'no-such-bucket-here', key: 'a', body: 'x' }),
  },
  {
    name: 'deleting what is absent is no error',
    expected: { status: 204 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) => observe(store, { method: 'DELETE', key: 'absent' }),
  },
  {
    name: 'a range from first to last',
    expected: { status: 206, range: 'bytes 2-4/10', body: '234' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'a');
      const { status, headers, body } = await call(store, {
        method: 'GET',
        key: 'a',
        headers: { range: 'bytes=2-4' },
      });
      return { status, range: headers['content-range'], body: String(body) };
    },
  },
  {
    name: 'a range of the last bytes',
    expected: { status: 206, range: 'bytes 7-9/10', body: '789' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'a');
      const { status, headers, body } = await call(store, {
        method: 'GET',
        key: 'a',
        headers: { range: 'bytes=-3' },
      });
      return { status, range: headers['content-range'], body: String(body) };
    },
  },
  {
    name: 'a range past the end is refused',
    expected: { status: 416, code: 'InvalidRange' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'a');
      return observe(store, { method: 'GET', key: 'a', headers: { range: 'bytes=10-' } });
    },
  },
  {
    name: 'a range of an empty object is refused',
    expected: { status: 416, code: 'InvalidRange' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'empty', '');
      return observe(store, { method: 'GET', key: 'empty', headers: { range: 'bytes=0-' } });
    },
  },
  {
    name: 'a range that ends before it begins is ignored',
    expected: { status: 200, body: '0123456789' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 416, code: 'InvalidRange' } },
    run: async (store) => {
      await put(store, 'a');
      return contentOf(await call(store, { method: 'GET', key: 'a', headers: { range: 'bytes=5-2' } }));
    },
  },
  {
    name: 'If-Match of another version is refused',
    expected: { status: 412, code: 'PreconditionFailed' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'a');
      return observe(store, {
        method: 'GET',
        key: 'a',
        headers: { 'if-match': '"00000000000000000000000000000000"' },
      });
    },
  },
  {
    name: 'If-None-Match of this version is not modified',
    expected: { status: 304 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const { headers } = await put(store, 'a');
      return observe(store, { method: 'GET', key: 'a', headers: { 'if-none-match': String(headers.etag) } });
    },
  },
  {
    name: 'If-Unmodified-Since before the change is refused',
    expected: { status: 412, code: 'PreconditionFailed' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'a');
      const since = new Date(Date.now() - hour).toUTCString();
      return observe(store, { method: 'GET', key: 'a', headers: { 'if-unmodified-since': since } });
    },
  },
  {
    name: 'If-Modified-Since after the change is not modified',
    expected: { status: 304 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'a');
      const since = new Date(Date.now() + 1000).toUTCString();
      await new Promise((resolve) => setTimeout(resolve, 1100));
      return observe(store, { method: 'GET', key: 'a', headers: { 'if-modified-since': since } });
    },
  },
  {
    name: 'If-Range of another version gives the whole',
    expected: { status: 200, body: '0123456789' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 206, body: '234' }, swift: { status: 206, body: '234' } },
    run: async (store) => {
      await put(store, 'a');
      const headers = { range: 'bytes=2-4', 'if-range': '"00000000000000000000000000000000"' };
      return contentOf(await call(store, { method: 'GET', key: 'a', headers }));
    },
  },
  {
    name: 'a signed override sets Content-Disposition',
    expected: { status: 200, disposition: 'attachment' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'a');
      const query = { 'response-content-disposition': 'attachment' };
      const { status, headers } = await call(store, { method: 'GET', key: 'a', query });
      return { status, disposition: headers['content-disposition'] };
    },
  },
  {
    name: 'metadata comes back',
    expected: { status: 200, owner: 'alice', type: 'text/plain' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      const stated = { 'x-amz-meta-owner': 'alice', 'content-type': 'text/plain' };
      await call(store, { method: 'PUT', key: 'meta', body: 'x', headers: stated });
      const { status, headers } = await call(store, { method: 'HEAD', key: 'meta' });
      return { status, owner: headers['x-amz-meta-owner'], type: headers['content-type'] };
    },
  },
];
