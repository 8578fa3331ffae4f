import type { Reply } from '../request.ts';
import type { BearerCall, TestServer } from '../server.ts';
import { answerOf, chunk, content, crc, md5, put, quantum } from './steps.ts';
import type { Answer, GcsCheck } from './types.ts';

const objects = 'Objects (JSON API reference)';

const call = (
  server: TestServer,
  method: string,
  path: string,
  more: Partial<BearerCall> = {},
): Promise<Reply> => server.bearer({ method, path: path.replace('BUCKET', server.gcs.bucket), ...more });

const fields = (reply: Reply, ...names: string[]): Answer => {
  const resource = JSON.parse(reply.body.toString()) as Record<string, unknown>;
  return { status: reply.status, ...Object.fromEntries(names.map((name) => [name, resource[name]])) };
};

const jsonType = { 'content-type': 'application/json' };

/** The JSON API. */
export const jsonChecks: readonly GcsCheck[] = [
  {
    name: 'an object shows what is known of it',
    source: objects,
    expected: {
      status: 200,
      name: 'dir/ü',
      size: '10',
      md5Hash: md5('0123456789'),
      crc32c: crc('0123456789'),
      contentType: 'text/plain',
      metadata: { owner: 'alice' },
      metageneration: '1',
    },
    run: async (server) => {
      await put(server, 'dir/ü', '0123456789', {
        'content-type': 'text/plain',
        'x-goog-meta-owner': 'alice',
      });
      const reply = await call(server, 'GET', `/storage/v1/b/BUCKET/o/${encodeURIComponent('dir/ü')}`);
      return fields(reply, 'name', 'size', 'md5Hash', 'crc32c', 'contentType', 'metadata', 'metageneration');
    },
  },
  {
    name: 'an absent object is not found',
    source: 'HTTP status and error codes for JSON, 404',
    expected: { status: 404, code: 'notFound' },
    run: async (server) => answerOf(await call(server, 'GET', '/storage/v1/b/BUCKET/o/absent')),
  },
  {
    name: 'an absent bucket is not found',
    source: 'HTTP status and error codes for JSON, 404',
    expected: { status: 404, code: 'notFound' },
    run: async (server) => answerOf(await call(server, 'GET', '/storage/v1/b/no-such-bucket')),
  },
  {
    name: 'a patch changes what it names, and the metageneration',
    source: 'Objects: patch (JSON API reference)',
    expected: { status: 200, contentType: 'text/plain', metadata: { a: '1' }, metageneration: '2' },
    run: async (server) => {
      await put(server, 'patched', 'x', { 'content-type': 'text/plain', 'x-goog-meta-b': '2' });
      const body = JSON.stringify({ metadata: { a: '1', b: null } });
      const reply = await call(server, 'PATCH', '/storage/v1/b/BUCKET/o/patched', {
        body,
        headers: jsonType,
      });
      return fields(reply, 'contentType', 'metadata', 'metageneration');
    },
  },
  {
    name: 'deleting another generation is refused',
    source: 'Objects: delete (JSON API reference)',
    expected: { status: 412, code: 'conditionNotMet', stored: 'x' },
    run: async (server) => {
      await put(server, 'kept', 'x');
      const reply = await call(server, 'DELETE', '/storage/v1/b/BUCKET/o/kept?ifGenerationMatch=1');
      return { ...answerOf(reply), stored: await content(server, 'kept') };
    },
  },
  {
    name: 'deleting answers 204, and 404 when it is gone',
    source: 'Objects: delete (JSON API reference)',
    expected: { status: 204, again: 404 },
    run: async (server) => {
      await put(server, 'gone', 'x');
      const { status } = await call(server, 'DELETE', '/storage/v1/b/BUCKET/o/gone');
      return { status, again: (await call(server, 'DELETE', '/storage/v1/b/BUCKET/o/gone')).status };
    },
  },
  {
    name: 'objects are listed by prefix, in pages and folders',
    source: 'Objects: list (JSON API reference)',
    expected: { status: 200, pages: [['list/a', 'list/b'], ['list/c']], prefixes: ['list/d/'] },
    run: async (server) => {
      for (const name of ['list/b', 'list/a', 'list/c', 'list/d/e', 'other']) await put(server, name);
      const pages: unknown[][] = [];
      let prefixes: unknown;
      for (let token: string | undefined = ''; token !== undefined && pages.length < 5; ) {
        const query = `prefix=list/&delimiter=/&maxResults=2&pageToken=${encodeURIComponent(token)}`;
        const { body } = await call(server, 'GET', `/storage/v1/b/BUCKET/o?${query}`);
        const page = JSON.parse(body.toString()) as {
          items?: Array<{ name: string }>;
          prefixes?: string[];
          nextPageToken?: string;
        };
        pages.push((page.items ?? []).map(({ name }) => name));
        prefixes ??= page.prefixes;
        token = page.nextPageToken;
      }
      return { status: 200, pages, prefixes };
    },
  },
  {
    name: 'a download gives bytes, and a range of them',
    source: 'Objects: get (JSON API reference), alt=media',
    expected: { status: 206, body: '234', hash: `crc32c=${crc('0123456789')},md5=${md5('0123456789')}` },
    run: async (server) => {
      await put(server, 'a');
      const headers = { range: 'bytes=2-4' };
      const reply = await call(server, 'GET', '/storage/v1/b/BUCKET/o/a?alt=media', { headers });
      return { status: reply.status, body: reply.body.toString(), hash: reply.headers['x-goog-hash'] };
    },
  },
  {
    name: 'a simple upload makes an object',
    source: 'Upload objects from a filesystem, single request',
    expected: { status: 200, contentType: 'text/plain', size: '5' },
    run: async (server) => {
      const headers = { 'content-type': 'text/plain' };
      const path = '/upload/storage/v1/b/BUCKET/o?uploadType=media&name=simple';
      return fields(await call(server, 'POST', path, { body: 'hello', headers }), 'contentType', 'size');
    },
  },
  {
    name: 'a multipart upload with a wrong digest makes none',
    source: 'Data validation and change detection',
    expected: { status: 400, code: 'invalid', stored: 404 },
    run: async (server) => {
      const resource = JSON.stringify({ name: 'wrong', crc32c: crc('other') });
      const body = `--b\r\nContent-Type: application/json\r\n\r\n${resource}\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--`;
      const headers = { 'content-type': 'multipart/related; boundary=b' };
      const path = '/upload/storage/v1/b/BUCKET/o?uploadType=multipart';
      return {
        ...answerOf(await call(server, 'POST', path, { body, headers })),
        stored: await content(server, 'wrong'),
      };
    },
  },
  {
    name: 'a session of the JSON API ends with the object resource',
    source: 'Perform resumable uploads',
    expected: { status: 200, size: String(quantum), contentType: 'video/mp4', metadata: { a: '1' } },
    run: async (server) => {
      const path = '/upload/storage/v1/b/BUCKET/o?uploadType=resumable&name=session';
      const body = JSON.stringify({ contentType: 'video/mp4', metadata: { a: '1' } });
      const { headers } = await call(server, 'POST', path, { body, headers: jsonType });
      const range = `bytes 0-${quantum - 1}/${quantum}`;
      return fields(
        await chunk(headers.location ?? '', range, Buffer.alloc(quantum)),
        'size',
        'contentType',
        'metadata',
      );
    },
  },
  {
    name: 'the size that a session was opened with holds',
    source: 'Perform resumable uploads, X-Upload-Content-Length',
    expected: { status: 400 },
    run: async (server) => {
      const path = '/upload/storage/v1/b/BUCKET/o?uploadType=resumable&name=sized';
      const { headers } = await call(server, 'POST', path, { headers: { 'x-upload-content-length': '3' } });
      return { status: (await chunk(headers.location ?? '', 'bytes 0-3/4', 'abcd')).status };
    },
  },
];
