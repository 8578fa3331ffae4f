import { call } from '../call.ts';
import { answerOf, md5, observe, put } from './steps.ts';
import type { S3Check } from './types.ts';

/** What a signature binds. */
export const signatureChecks: readonly S3Check[] = [
  {
    name: 'a presigned GET is answered',
    expected: { status: 200 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'a');
      return observe(store, { method: 'GET', key: 'a' });
    },
  },
  {
    name: 'a signature for GET does not serve for PUT',
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, { method: 'GET', key: 'a', body: 'x', tamper: (r) => ({ ...r, method: 'PUT' }) }),
  },
  {
    name: 'a signature for one key does not serve for another',
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, { method: 'GET', key: 'a', tamper: (r) => ({ ...r, path: `${r.path}b` }) }),
  },
  {
    name: 'a query parameter can not be added',
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, {
        method: 'GET',
        key: 'a',
        tamper: (r) => ({ ...r, query: [...r.query, ['response-content-type', 'text/html']] }),
      }),
  },
  {
    name: "a part's signature does not serve for another part",
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: 'a',
        query: { partNumber: '1', uploadId: 'u' },
        body: 'x',
        tamper: (r) => ({ ...r, query: r.query.map(([n, v]) => [n, n === 'partNumber' ? '2' : v] as const) }),
      }),
  },
  {
    name: 'a signed header can not be changed',
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: 'a',
        body: 'x',
        headers: { 'content-type': 'text/plain' },
        tamper: (r) => ({ ...r, headers: { ...r.headers, 'content-type': 'text/html' } }),
      }),
  },
  {
    name: 'a signed header can not be left out',
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: 'a',
        body: 'x',
        headers: { 'x-amz-meta-owner': 'alice' },
        tamper: (r) => ({ ...r, headers: { host: r.headers.host ?? '' } }),
      }),
  },
  {
    name: 'a signed content length binds the size',
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, { method: 'PUT', key: 'a', body: 'xy', headers: { 'content-length': '1' } }),
  },
  {
    name: 'the host can not be changed',
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, {
        method: 'GET',
        key: 'a',
        tamper: (r) => ({ ...r, headers: { ...r.headers, host: '127.0.0.1:1' } }),
      }),
  },
  {
    name: 'the time to live can not be prolonged',
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) =>
      observe(store, {
        method: 'GET',
        key: 'a',
        tamper: (r) => ({
          ...r,
          query: r.query.map(([n, v]) => [n, n === 'X-Amz-Expires' ? '700' : v] as const),
        }),
      }),
  },
  {
    name: 'a signature by another secret is refused',
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: (store) => observe(store, { method: 'GET', key: 'a', sign: { secretAccessKey: 'another' } }),
  },
  {
    name: 'an x-amz header that is not signed is refused',
    expected: { status: 403, code: 'AccessDenied' },
    enforcedBy: ['amazon', 'local-cloud', 'swift'],
    recorded: { ceph16: { status: 200 } },
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: 'a',
        body: 'x',
        headers: { 'x-amz-meta-owner': 'mallory' },
        sign: { unsigned: ['x-amz-meta-owner'] },
      }),
  },
  {
    name: 'a storage class that is not signed is refused',
    expected: { status: 403, code: 'AccessDenied' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: 'a',
        body: 'x',
        headers: { 'x-amz-storage-class': 'STANDARD' },
        sign: { unsigned: ['x-amz-storage-class'] },
      }),
  },
  {
    name: 'a Content-MD5 that is not signed is refused',
    expected: { status: 403, code: 'AccessDenied' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: (store) =>
      observe(store, {
        method: 'PUT',
        key: 'a',
        body: 'x',
        headers: { 'content-md5': md5('x') },
        sign: { unsigned: ['content-md5'] },
      }),
  },
  {
    name: 'a host that is not signed is refused',
    expected: { status: 403, code: 'AccessDenied' },
    enforcedBy: ['amazon', 'local-cloud'],
    recorded: { ceph16: { status: 200 }, swift: { status: 200 } },
    run: (store) =>
      observe(store, {
        method: 'GET',
        key: 'a',
        headers: { 'content-type': 'text/plain' },
        sign: { unsigned: ['host'] },
      }),
  },
  {
    name: 'an Authorization header is answered',
    expected: { status: 200 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16', 'swift'],
    recorded: {},
    run: async (store) => {
      await put(store, 'a');
      return observe(store, { method: 'GET', key: 'a', sign: { place: 'header' } });
    },
  },
  {
    name: 'a body that is not the signed one is refused',
    expected: { status: 400, code: 'XAmzContentSHA256Mismatch', stored: 404 },
    enforcedBy: ['amazon', 'local-cloud', 'ceph16'],
    recorded: { swift: { status: 400, code: 'BadDigest', stored: 404 } },
    run: async (store) => {
      const sign = { place: 'header', payloadHash: 'a'.repeat(64) } as const;
      const reply = await call(store, { method: 'PUT', key: 'mismatch', body: 'x', sign });
      return { ...answerOf(reply), stored: (await call(store, { method: 'GET', key: 'mismatch' })).status };
    },
  },
];
