import { content, crc, md5, observe, put } from './steps.ts';
import type { GcsCheck } from './types.ts';

const headers = 'HTTP headers and query string parameters for XML API';
const conditions = 'Request preconditions';
const body = '0123456789';

/** PUT and DELETE of an object in the XML API. */
export const writeChecks: readonly GcsCheck[] = [
  {
    name: 'PUT answers with digests and generation',
    source: `${headers}, x-goog-hash, x-goog-generation`,
    expected: {
      status: 200,
      hash: `crc32c=${crc(body)}, md5=${md5(body)}`,
      metageneration: '1',
      length: '10',
    },
    run: async (server) => {
      const reply = await put(server, 'a', body);
      return {
        status: reply.status,
        hash: reply.headers['x-goog-hash'],
        metageneration: reply.headers['x-goog-metageneration'],
        length: reply.headers['x-goog-stored-content-length'],
      };
    },
  },
  {
    name: 'a body above the signed range is refused',
    source: `${headers}, x-goog-content-length-range`,
    expected: { status: 400, code: 'EntityTooLarge', stored: 404 },
    run: async (server) => ({
      ...(await observe(server, {
        method: 'PUT',
        name: 'large',
        body,
        headers: { 'x-goog-content-length-range': '0,9' },
      })),
      stored: await content(server, 'large'),
    }),
  },
  {
    name: 'a body below the signed range is refused',
    source: `${headers}, x-goog-content-length-range`,
    expected: { status: 400, code: 'EntityTooSmall' },
    run: (server) =>
      observe(server, {
        method: 'PUT',
        name: 'small',
        body,
        headers: { 'x-goog-content-length-range': '11,20' },
      }),
  },
  {
    name: 'a body in the signed range is taken',
    source: `${headers}, x-goog-content-length-range`,
    expected: { status: 200 },
    run: (server) =>
      observe(server, {
        method: 'PUT',
        name: 'a',
        body,
        headers: { 'x-goog-content-length-range': '10,10' },
      }),
  },
  {
    name: 'generation-match 0 does not overwrite',
    source: conditions,
    expected: { status: 412, code: 'PreconditionFailed', stored: 'first' },
    run: async (server) => {
      await put(server, 'once', 'first', { 'x-goog-if-generation-match': '0' });
      const second = { method: 'PUT', name: 'once', body, headers: { 'x-goog-if-generation-match': '0' } };
      return { ...(await observe(server, second)), stored: await content(server, 'once') };
    },
  },
  {
    name: 'of racers with generation-match 0 one wins',
    source: conditions,
    expected: { status: 200, others: [412, 412, 412, 412] },
    run: async (server) => {
      const one = { method: 'PUT', name: 'race', body, headers: { 'x-goog-if-generation-match': '0' } };
      const all = await Promise.all([1, 2, 3, 4, 5].map(async () => (await server.signed(one)).status));
      const [status = 0, ...others] = all.sort((a, b) => a - b);
      return { status, others };
    },
  },
  {
    name: 'generation-match of what is there overwrites',
    source: conditions,
    expected: { status: 200 },
    run: async (server) => {
      const { headers: earlier } = await put(server, 'turn');
      const generation = String(earlier['x-goog-generation']);
      return observe(server, {
        method: 'PUT',
        name: 'turn',
        body,
        headers: { 'x-goog-if-generation-match': generation },
      });
    },
  },
  ...(['crc32c', 'md5'] as const).map(
    (algorithm): GcsCheck => ({
      name: `a wrong ${algorithm} is refused and nothing stored`,
      source: 'Data validation and change detection',
      expected: { status: 400, code: 'BadDigest', stored: 404 },
      run: async (server) => {
        const wrong = algorithm === 'md5' ? md5('other') : crc('other');
        const hash = { 'x-goog-hash': `${algorithm}=${wrong}` };
        return {
          ...(await observe(server, { method: 'PUT', name: algorithm, body, headers: hash })),
          stored: await content(server, algorithm),
        };
      },
    }),
  ),
  {
    name: 'right digests are taken, both in one header',
    source: `${headers}, x-goog-hash`,
    expected: { status: 200 },
    run: (server) => {
      const hash = { 'x-goog-hash': `crc32c=${crc(body)},md5=${md5(body)}` };
      return observe(server, { method: 'PUT', name: 'a', body, headers: hash });
    },
  },
  {
    name: 'a wrong Content-MD5 is refused',
    source: `${headers}, Content-MD5`,
    expected: { status: 400, code: 'BadDigest' },
    run: (server) =>
      observe(server, { method: 'PUT', name: 'a', body, headers: { 'content-md5': md5('other') } }),
  },
  {
    name: 'a digest that is none is refused',
    source: 'HTTP status and error codes for XML',
    expected: { status: 400, code: 'InvalidDigest' },
    run: (server) =>
      observe(server, { method: 'PUT', name: 'a', body, headers: { 'x-goog-hash': 'crc32c=AAAA' } }),
  },
  {
    name: 'what is stated of an object comes back',
    source: headers,
    expected: {
      status: 200,
      'content-type': 'video/mp4',
      'content-disposition': "attachment; filename*=UTF-8''caf%C3%A9.mp4",
      'cache-control': 'no-store',
      'x-goog-meta-owner': 'alice',
      'x-goog-storage-class': 'NEARLINE',
    },
    run: async (server) => {
      const stated = {
        'content-type': 'video/mp4',
        'content-disposition': "attachment; filename*=UTF-8''caf%C3%A9.mp4",
        'cache-control': 'no-store',
        'x-goog-meta-owner': 'alice',
        'x-goog-storage-class': 'NEARLINE',
      };
      await put(server, 'stated', body, stated);
      const { status, headers: back } = await server.signed({ method: 'HEAD', name: 'stated' });
      return { status, ...Object.fromEntries(Object.keys(stated).map((name) => [name, back[name]])) };
    },
  },
  {
    name: 'DELETE removes',
    source: 'Delete an object (XML)',
    expected: { status: 204, stored: 404 },
    run: async (server) => {
      await put(server, 'gone');
      const { status } = await server.signed({ method: 'DELETE', name: 'gone' });
      return { status, stored: await content(server, 'gone') };
    },
  },
  {
    name: 'DELETE of what is absent is not found',
    source: 'HTTP status and error codes for XML',
    expected: { status: 404, code: 'NoSuchKey' },
    run: (server) => observe(server, { method: 'DELETE', name: 'absent' }),
  },
  {
    name: 'an absent bucket is not found',
    source: 'HTTP status and error codes for XML',
    expected: { status: 404, code: 'NoSuchBucket' },
    run: (server) => observe(server, { method: 'PUT', bucket: 'no-such-bucket', name: 'a', body }),
  },
];
