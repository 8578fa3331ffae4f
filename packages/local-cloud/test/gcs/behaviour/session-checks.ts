import { send } from '../request.ts';
import type { TestServer } from '../server.ts';
import { answerOf, chunk, content, crc, openSession, progress, put, quantum } from './steps.ts';
import type { GcsCheck } from './types.ts';

const performing = 'Perform resumable uploads';
const about = 'Resumable uploads';
const transcripts = 'googleapis/java-storage, ITJsonResumableSessionPutTaskTest (recorded from the service)';
const one: Buffer = Buffer.alloc(quantum, 1);

/** A session with one chunk of 256 KiB in it. */
const begun = async (server: TestServer, headers: Record<string, string> = {}): Promise<string> => {
  const uri = await openSession(server, 'object', headers);
  await chunk(uri, `bytes 0-${quantum - 1}/*`, one);
  return uri;
};

/** Resumable sessions: offsets. */
export const sessionChecks: readonly GcsCheck[] = [
  {
    name: 'a signed POST opens a session',
    source: performing,
    expected: { status: 201, location: true },
    run: async (server) => {
      const start = { 'x-goog-resumable': 'start' };
      const { status, headers } = await server.signed({ method: 'POST', name: 'a', headers: start });
      return { status, location: /\/a\?upload_id=[\w-]+$/.test(headers.location ?? '') };
    },
  },
  {
    name: '308 without Range while nothing is stored',
    source: `${performing}, check the status`,
    expected: { status: 308, range: undefined },
    run: async (server) => progress(await chunk(await openSession(server, 'a'), 'bytes */*')),
  },
  {
    name: '308 with Range after a chunk',
    source: `${performing}, multiple chunk upload`,
    expected: { status: 308, range: `bytes=0-${quantum - 1}` },
    run: async (server) => progress(await chunk(await begun(server), `bytes */${2 * quantum}`)),
  },
  {
    name: 'the last chunk may be of any length and makes the object',
    source: `${performing}, multiple chunk upload`,
    expected: { status: 200, length: String(quantum + 3), type: 'video/mp4', empty: true },
    run: async (server) => {
      const uri = await begun(server, { 'content-type': 'video/mp4' });
      const reply = await chunk(uri, `bytes ${quantum}-${quantum + 2}/${quantum + 3}`, 'abc');
      const { headers } = await server.signed({ method: 'HEAD', name: 'object' });
      return {
        status: reply.status,
        length: reply.headers['x-goog-stored-content-length'],
        type: headers['content-type'],
        empty: reply.body.length === 0,
      };
    },
  },
  {
    name: 'a body without Content-Range is the whole object',
    source: `${performing}, single chunk upload`,
    expected: { status: 200, body: 'whole' },
    run: async (server) => {
      const { status } = await send(await openSession(server, 'a'), { method: 'PUT', body: 'whole' });
      return { status, body: await content(server, 'a') };
    },
  },
  {
    name: 'a chunk that is no multiple of 256 KiB is refused',
    source: `${performing}, multiple chunk upload`,
    expected: { status: 400, after: { status: 308, range: undefined } },
    run: async (server) => {
      const uri = await openSession(server, 'a');
      const { status } = await chunk(uri, 'bytes 0-2/*', 'abc');
      return { status, after: progress(await chunk(uri, 'bytes */*')) };
    },
  },
  {
    name: 'bytes that are stored already are skipped',
    source: `${about}, considerations`,
    expected: { status: 200, right: true },
    run: async (server) => {
      const uri = await begun(server);
      const again = Buffer.concat([Buffer.alloc(quantum, 2), Buffer.from('abc')]);
      const { status } = await chunk(uri, `bytes 0-${quantum + 2}/${quantum + 3}`, again);
      return { status, right: (await content(server, 'object')) === `${one}abc` };
    },
  },
  {
    name: 'a chunk past what is stored is refused',
    source: `${transcripts}, S.5`,
    expected: { status: 503, text: true },
    run: async (server) => {
      const uri = await begun(server);
      const { status, body } = await chunk(uri, `bytes ${2 * quantum}-${3 * quantum - 1}/*`, one);
      return { status, text: body.includes('exceeds already uploaded size of 262144 byte(s)') };
    },
  },
  {
    name: 'ending below what is stored goes on',
    source: `${transcripts}, S.2`,
    expected: { status: 308, range: `bytes=0-${quantum - 1}` },
    run: async (server) => progress(await chunk(await begun(server), 'bytes */1000')),
  },
  {
    name: 'a question with the total ends an upload that is all there',
    source: 'googleapis/java-storage, JsonResumableWrite (it ends an upload with bytes */N)',
    expected: { status: 200, range: undefined },
    run: async (server) => progress(await chunk(await begun(server), `bytes */${quantum}`)),
  },
  {
    name: 'after the end every request is answered with the object',
    source: `${transcripts}, S.1, S.4`,
    expected: { status: 200, again: [200, 200, 200] },
    run: async (server) => {
      const uri = await begun(server);
      const { status } = await chunk(uri, `bytes */${quantum}`);
      const again = [
        await chunk(uri, 'bytes */*'),
        await chunk(uri, `bytes */${2 * quantum}`),
        await chunk(uri, `bytes 0-${quantum - 1}/*`, one),
      ];
      return { status, again: again.map((reply) => reply.status) };
    },
  },
  {
    name: 'the service may store less than was sent',
    source: `${performing}, multiple chunk upload`,
    expected: { status: 308, range: `bytes=0-${quantum - 1}` },
    run: async (server) => {
      server.gcs.sessionStoresOnly(quantum);
      const uri = await openSession(server, 'a');
      return progress(
        await chunk(uri, `bytes 0-${3 * quantum - 1}/${3 * quantum}`, Buffer.alloc(3 * quantum)),
      );
    },
  },
  {
    name: 'DELETE cancels, and every later request is answered so',
    source: `${performing}, cancel a resumable upload; fsouza/fake-gcs-server pull request 1813 (observed)`,
    expected: { status: 499, after: 499, stored: 404 },
    run: async (server) => {
      const uri = await openSession(server, 'cancelled');
      const { status } = await send(uri, { method: 'DELETE' });
      const after = (await chunk(uri, 'bytes */*')).status;
      return { status, after, stored: await content(server, 'cancelled') };
    },
  },
  {
    name: 'a client that can not read a 308 gets 200 and the status in a header',
    source: 'floci-io/floci-gcp pull request 132 (compared with the service), X-GUploader-No-308',
    expected: { status: 200, override: '308', range: `bytes=0-${quantum - 1}` },
    run: async (server) => {
      const { status, headers } = await chunk(await begun(server), 'bytes */*', '', {
        'x-guploader-no-308': 'yes',
      });
      return { status, override: headers['x-http-status-code-override'], range: headers.range };
    },
  },
  {
    name: 'an unknown session is not found',
    source: 'HTTP status and error codes for JSON, 404 in resumable uploads',
    expected: { status: 404 },
    run: async (server) => {
      const uri = await openSession(server, 'a');
      return answerOf(await chunk(`${uri}x`, 'bytes */*'));
    },
  },
  {
    name: 'a session lapses in a week',
    source: `${about}, considerations; googleapis/gcs-resumable-upload pull request 16 (404, said by the service's people)`,
    expected: { status: 404, before: 308 },
    run: async (server) => {
      const uri = await openSession(server, 'a');
      server.advance(7 * 24 * 3_600_000 - 5000);
      const before = (await chunk(uri, 'bytes */*')).status;
      server.advance(10_000);
      return { status: (await chunk(uri, 'bytes */*')).status, before };
    },
  },
];

/** Resumable sessions: what is judged when the object is made. */
export const sessionEndChecks: readonly GcsCheck[] = [
  ...[
    { name: 'a wrong crc32c with the last chunk is refused', hash: crc('other'), status: 400, stored: 404 },
    { name: 'the right crc32c with the last chunk is taken', hash: crc('abc'), status: 200, stored: 'abc' },
  ].map(
    ({ name, hash, ...expected }): GcsCheck => ({
      name,
      source: `${about}, integrity checks`,
      expected,
      run: async (server) => {
        const uri = await openSession(server, 'hashed');
        const { status } = await chunk(uri, 'bytes 0-2/3', 'abc', { 'x-goog-hash': `crc32c=${hash}` });
        return { status, stored: await content(server, 'hashed') };
      },
    }),
  ),
  {
    name: 'the precondition of the start is judged at the end',
    source: 'Request preconditions',
    expected: { status: 412, code: 'PreconditionFailed', stored: 'earlier' },
    run: async (server) => {
      const uri = await openSession(server, 'raced', { 'x-goog-if-generation-match': '0' });
      await put(server, 'raced', 'earlier');
      return {
        ...answerOf(await chunk(uri, 'bytes 0-2/3', 'abc')),
        stored: await content(server, 'raced'),
      };
    },
  },
  {
    name: 'a session whose object was refused is gone',
    source: "googleapis/gcs-resumable-upload pull request 16 (410, said by the service's people)",
    expected: { status: 400, after: 410 },
    run: async (server) => {
      const uri = await openSession(server, 'dead');
      const { status } = await chunk(uri, 'bytes 0-2/3', 'abc', { 'x-goog-hash': `crc32c=${crc('other')}` });
      return { status, after: (await chunk(uri, 'bytes */*')).status };
    },
  },
  {
    name: 'the length range of the start holds for the object',
    source: 'HTTP headers and query string parameters for XML API, x-goog-content-length-range',
    expected: { status: 400, code: 'EntityTooLarge' },
    run: async (server) => {
      const uri = await openSession(server, 'a', { 'x-goog-content-length-range': '3,4' });
      return answerOf(await chunk(uri, 'bytes 0-4/5', 'abcde'));
    },
  },
  {
    name: 'less than the length range of the start is refused',
    source: 'HTTP headers and query string parameters for XML API, x-goog-content-length-range',
    expected: { status: 400, code: 'EntityTooSmall' },
    run: async (server) => {
      const uri = await openSession(server, 'a', { 'x-goog-content-length-range': '3,4' });
      return answerOf(await chunk(uri, 'bytes 0-1/2', 'ab'));
    },
  },
];
