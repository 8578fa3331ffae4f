import type { TestServer } from '../server.ts';
import { answerOf, observe, put } from './steps.ts';
import type { Answer, GcsCheck } from './types.ts';

const headers = 'HTTP headers and query string parameters for XML API';
const conditions = 'Request preconditions';

const ranged = async (server: TestServer, range: string): Promise<Answer> => {
  await put(server, 'a');
  const reply = await server.signed({ method: 'GET', name: 'a', unsigned: { range } });
  if (reply.code !== undefined) return answerOf(reply);
  return { status: reply.status, range: reply.headers['content-range'], body: reply.body.toString() };
};

/** GET and HEAD of an object in the XML API. */
export const readChecks: readonly GcsCheck[] = [
  {
    name: 'a range from first to last',
    source: `${headers}, Range`,
    expected: { status: 206, range: 'bytes 2-4/10', body: '234' },
    run: (server) => ranged(server, 'bytes=2-4'),
  },
  {
    name: 'a range of the last bytes',
    source: `${headers}, Range`,
    expected: { status: 206, range: 'bytes 7-9/10', body: '789' },
    run: (server) => ranged(server, 'bytes=-3'),
  },
  {
    name: 'a range past the end is refused',
    source: 'HTTP status and error codes for XML',
    expected: { status: 416, code: 'InvalidRange' },
    run: (server) => ranged(server, 'bytes=10-'),
  },
  {
    name: 'an absent object is not found',
    source: 'HTTP status and error codes for XML',
    expected: { status: 404, code: 'NoSuchKey' },
    run: (server) => observe(server, { method: 'GET', name: 'absent' }),
  },
  {
    name: 'an anonymous caller is refused',
    source: 'HTTP status and error codes for XML, AccessDenied',
    expected: { status: 403, code: 'AccessDenied' },
    run: async (server) => {
      await put(server, 'a');
      const path = `/${server.gcs.bucket}/a`;
      return answerOf(await server.bearer({ method: 'GET', path, token: null }));
    },
  },
  {
    name: 'If-Match of another version is refused',
    source: conditions,
    expected: { status: 412, code: 'PreconditionFailed' },
    run: async (server) => {
      await put(server, 'a');
      return observe(server, { method: 'GET', name: 'a', unsigned: { 'if-match': '"00"' } });
    },
  },
  {
    name: 'If-None-Match of this version is not modified',
    source: conditions,
    expected: { status: 304 },
    run: async (server) => {
      const etag = String((await put(server, 'a')).headers.etag);
      return observe(server, { method: 'GET', name: 'a', unsigned: { 'if-none-match': etag } });
    },
  },
  {
    name: 'generation-match of another version is refused',
    source: conditions,
    expected: { status: 412, code: 'PreconditionFailed' },
    run: async (server) => {
      await put(server, 'a');
      return observe(server, { method: 'GET', name: 'a', headers: { 'x-goog-if-generation-match': '1' } });
    },
  },
  {
    name: 'a generation that is no more is not found',
    source: `${headers}, generation`,
    expected: { status: 404, code: 'NoSuchKey' },
    run: async (server) => {
      const { headers: first } = await put(server, 'a');
      await put(server, 'a');
      const generation = String(first['x-goog-generation']);
      return observe(server, { method: 'GET', name: 'a', query: { generation } });
    },
  },
  {
    name: 'a signed override sets Content-Disposition and Content-Type',
    source: `${headers}, response-content-disposition`,
    expected: { status: 200, disposition: 'attachment', type: 'text/plain' },
    run: async (server) => {
      await put(server, 'a');
      const query = { 'response-content-disposition': 'attachment', 'response-content-type': 'text/plain' };
      const { status, headers: back } = await server.signed({ method: 'GET', name: 'a', query });
      return { status, disposition: back['content-disposition'], type: back['content-type'] };
    },
  },
  {
    name: 'HEAD says length and digests without the bytes',
    source: 'HEAD object (XML)',
    expected: { status: 200, length: '10', body: '' },
    run: async (server) => {
      await put(server, 'a');
      const { status, headers: back, body } = await server.signed({ method: 'HEAD', name: 'a' });
      return { status, length: back['content-length'], body: body.toString() };
    },
  },
];
