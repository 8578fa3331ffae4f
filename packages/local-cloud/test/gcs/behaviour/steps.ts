import { createHash } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { element } from '../../call.ts';
import { type Reply, send } from '../request.ts';
import type { SignedCall, TestServer } from '../server.ts';
import type { Answer } from './types.ts';

const kibibyte = 1024;
export const quantum: number = 256 * kibibyte;
export const mebibyte: number = 1024 * kibibyte;
export const hour: number = 3_600_000;

export const md5 = (body: Uint8Array | string): string => createHash('md5').update(body).digest('base64');
/** As `x-goog-hash` has it. */
export const crc = (body: Uint8Array | string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32c(Buffer.from(body)));
  return bytes.toString('base64');
};

/** Status, and the code if it is a refusal. */
export const answerOf = ({ status, code }: Reply): Answer =>
  code === undefined ? { status } : { status, code };

/** A signed call, told as an answer. */
export const observe = async (server: TestServer, call: SignedCall): Promise<Answer> =>
  answerOf(await server.signed(call));

const accepted = (reply: Reply): Reply => {
  if (reply.status >= 300) throw new Error(`a step of the check was refused: ${reply.status} ${reply.body}`);
  return reply;
};

/** Puts an object that the check needs. */
export const put = async (
  server: TestServer,
  name: string,
  body: Uint8Array | string = '0123456789',
  headers: Record<string, string> = {},
): Promise<Reply> => accepted(await server.signed({ method: 'PUT', name, body, headers }));

/** Bytes of an object, or the status when it can't be read. */
export const content = async (server: TestServer, name: string): Promise<string | number> => {
  const reply = await server.signed({ method: 'GET', name });
  return reply.status === 200 ? reply.body.toString() : reply.status;
};

/** Opens a session by a signed URL and gives its URI. */
export const openSession = async (
  server: TestServer,
  name: string,
  headers: Record<string, string> = {},
): Promise<string> => {
  const start = { ...headers, 'x-goog-resumable': 'start' };
  const reply = accepted(await server.signed({ method: 'POST', name, headers: start }));
  return reply.headers.location ?? '';
};

/** Sends a chunk to a session. */
export const chunk = (
  uri: string,
  range: string,
  body: Uint8Array | string = '',
  headers: Record<string, string> = {},
): Promise<Reply> => send(uri, { method: 'PUT', body, headers: { 'content-range': range, ...headers } });

/** Status of a session's answer and what it says is stored. */
export const progress = ({ status, headers }: Reply): Answer => ({ status, range: headers.range });

/** Starts a multipart upload and gives its id. */
export const initiate = async (
  server: TestServer,
  name: string,
  headers: Record<string, string> = {},
): Promise<string> => {
  const path = `/${server.gcs.bucket}/${name}?uploads`;
  return element(accepted(await server.bearer({ method: 'POST', path, headers })).body, 'UploadId') ?? '';
};

/** Sends a part by a signed URL. */
export const sendPart = (
  server: TestServer,
  name: string,
  part: { uploadId: string; partNumber: number; body: Uint8Array | string; headers?: Record<string, string> },
): Promise<Reply> => {
  const query = { uploadId: part.uploadId, partNumber: String(part.partNumber) };
  return server.signed({ method: 'PUT', name, query, body: part.body, headers: part.headers ?? {} });
};

/** Completes a multipart upload of the parts listed. */
export const complete = (
  server: TestServer,
  name: string,
  uploadId: string,
  parts: ReadonlyArray<readonly [partNumber: number, etag: string]>,
  headers: Record<string, string> = {},
): Promise<Reply> => {
  const list = parts
    .map(([n, etag]) => `<Part><PartNumber>${n}</PartNumber><ETag>${etag}</ETag></Part>`)
    .join('');
  const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`;
  const path = `/${server.gcs.bucket}/${name}?uploadId=${uploadId}`;
  return server.bearer({ method: 'POST', path, body, headers });
};

/** Two parts, of 5 MiB and one byte, sent. */
export const twoParts = async (
  server: TestServer,
  name: string,
): Promise<{ uploadId: string; parts: Array<[number, string]> }> => {
  const uploadId = await initiate(server, name);
  const bodies = [Buffer.alloc(5 * mebibyte, 1), 'x'];
  const parts: Array<[number, string]> = [];
  for (const [index, body] of bodies.entries()) {
    const partNumber = index + 1;
    const reply = accepted(await sendPart(server, name, { uploadId, partNumber, body }));
    parts.push([partNumber, String(reply.headers.etag)]);
  }
  return { uploadId, parts };
};
