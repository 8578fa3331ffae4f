import { element } from '../../call.ts';
import {
  answerOf,
  complete,
  content,
  crc,
  initiate,
  md5,
  mebibyte,
  put,
  sendPart,
  twoParts,
} from './steps.ts';
import type { GcsCheck } from './types.ts';

const about = 'XML API multipart uploads';
const completing = 'Complete a multipart upload (XML)';

/** Multipart uploads of the XML API. */
export const multipartChecks: readonly GcsCheck[] = [
  {
    name: 'the object has a crc32c and no MD5',
    source: `${about}, considerations`,
    expected: {
      status: 200,
      hash: `crc32c=${crc(Buffer.concat([Buffer.alloc(5 * mebibyte, 1), Buffer.from('x')]))}`,
    },
    run: async (server) => {
      const { uploadId, parts } = await twoParts(server, 'whole');
      await complete(server, 'whole', uploadId, parts);
      const { status, headers } = await server.signed({ method: 'HEAD', name: 'whole' });
      return { status, hash: headers['x-goog-hash'] };
    },
  },
  {
    name: 'completing overwrites what is there',
    source: about,
    expected: { status: 200, length: String(5 * mebibyte + 1) },
    run: async (server) => {
      await put(server, 'taken');
      const { uploadId, parts } = await twoParts(server, 'taken');
      await complete(server, 'taken', uploadId, parts);
      const { status, headers } = await server.signed({ method: 'HEAD', name: 'taken' });
      return { status, length: headers['content-length'] };
    },
  },
  {
    name: 'preconditions are not supported',
    source: `assumed: ${about}, considerations`,
    expected: { status: 400, code: 'InvalidArgument', before: [400, 400] },
    run: async (server) => {
      const { uploadId, parts } = await twoParts(server, 'a');
      const headers = { 'x-goog-if-generation-match': '0' };
      const path = `/${server.gcs.bucket}/a?uploads`;
      const before = [
        await server.bearer({ method: 'POST', path, headers }),
        await sendPart(server, 'a', { uploadId, partNumber: 3, body: 'x', headers }),
      ];
      const answer = answerOf(await complete(server, 'a', uploadId, parts, headers));
      return { ...answer, before: before.map(({ status }) => status) };
    },
  },
  {
    name: 'a part that is not the last has at least 5 MiB',
    source: 'Quotas and limits, XML API multipart uploads',
    expected: { status: 400, code: 'EntityTooSmall' },
    run: async (server) => {
      const uploadId = await initiate(server, 'a');
      const body = 'x';
      const parts: Array<[number, string]> = [];
      for (const partNumber of [1, 2]) {
        const { headers } = await sendPart(server, 'a', { uploadId, partNumber, body });
        parts.push([partNumber, String(headers.etag)]);
      }
      return answerOf(await complete(server, 'a', uploadId, parts));
    },
  },
  {
    name: 'parts are listed in ascending order',
    source: completing,
    expected: { status: 400, code: 'InvalidPartOrder' },
    run: async (server) => {
      const { uploadId, parts } = await twoParts(server, 'a');
      return answerOf(await complete(server, 'a', uploadId, parts.reverse()));
    },
  },
  {
    name: 'a part with another ETag is refused',
    source: completing,
    expected: { status: 400, code: 'InvalidPart' },
    run: async (server) => {
      const { uploadId, parts } = await twoParts(server, 'a');
      return answerOf(await complete(server, 'a', uploadId, [...parts.slice(0, 1), [2, '"00"']]));
    },
  },
  ...[
    { name: 'a part with a wrong Content-MD5 is refused', headers: { 'content-md5': md5('other') } },
    { name: 'a part with a wrong crc32c is refused', headers: { 'x-goog-hash': `crc32c=${crc('other')}` } },
  ].map(
    ({ name, headers }): GcsCheck => ({
      name,
      source: 'Upload an object part (XML)',
      expected: { status: 400, code: 'BadDigest' },
      run: async (server) => {
        const uploadId = await initiate(server, 'a');
        return answerOf(await sendPart(server, 'a', { uploadId, partNumber: 1, body: 'x', headers }));
      },
    }),
  ),
  {
    name: 'parts are listed in pages',
    source: 'List parts uploaded for a multipart upload (XML)',
    expected: {
      status: 200,
      pages: [
        ['1', 'true'],
        ['2', 'false'],
      ],
    },
    run: async (server) => {
      const { uploadId } = await twoParts(server, 'paged');
      const pages: Array<Array<string | undefined>> = [];
      for (let marker = '0'; pages.length < 3; ) {
        const query = `uploadId=${uploadId}&max-parts=1&part-number-marker=${marker}`;
        const path = `/${server.gcs.bucket}/paged?${query}`;
        const { body } = await server.bearer({ method: 'GET', path });
        pages.push([element(body, 'PartNumber'), element(body, 'IsTruncated')]);
        if (element(body, 'IsTruncated') !== 'true') break;
        marker = element(body, 'NextPartNumberMarker') ?? '';
      }
      return { status: 200, pages };
    },
  },
  {
    name: 'an aborted upload is not found',
    source: 'Abort a multipart upload (XML)',
    expected: { status: 204, after: { status: 404, code: 'NoSuchUpload' }, stored: 404 },
    run: async (server) => {
      const { uploadId, parts } = await twoParts(server, 'aborted');
      const path = `/${server.gcs.bucket}/aborted?uploadId=${uploadId}`;
      const { status } = await server.bearer({ method: 'DELETE', path });
      const after = answerOf(await complete(server, 'aborted', uploadId, parts));
      return { status, after, stored: await content(server, 'aborted') };
    },
  },
  {
    name: 'unfinished uploads of a bucket are listed',
    source: 'List multipart uploads (XML)',
    expected: { status: 200, name: 'unfinished/a', same: true },
    run: async (server) => {
      const uploadId = await initiate(server, 'unfinished/a');
      const path = `/${server.gcs.bucket}?uploads&prefix=unfinished/`;
      const { status, body } = await server.bearer({ method: 'GET', path });
      return { status, name: element(body, 'Key'), same: element(body, 'UploadId') === uploadId };
    },
  },
];
