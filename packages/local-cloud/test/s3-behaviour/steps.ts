import { createHash } from 'node:crypto';
import { type Call, call, element, type Reply, type Store } from '../call.ts';
import type { Answer } from './types.ts';

const mebibyte: number = 1024 * 1024;
export const md5 = (body: Uint8Array | string): string => createHash('md5').update(body).digest('base64');
export const hour: number = 3_600_000;

/** Status, and the code if it is a refusal. */
export const answerOf = ({ status, code }: Reply): Answer =>
  code === undefined ? { status } : { status, code };

/** The same with the body, if it is a success. */
export const contentOf = (reply: Reply): Answer =>
  reply.status < 300 ? { status: reply.status, body: String(reply.body) } : answerOf(reply);

/** A call, told as an answer. */
export const observe = async (store: Store, options: Call): Promise<Answer> =>
  answerOf(await call(store, options));

const accepted = (reply: Reply): Reply => {
  if (reply.status >= 300) throw new Error(`a step of the check was refused: ${reply.status} ${reply.body}`);
  return reply;
};

/** Puts an object that the check needs. */
export const put = async (
  store: Store,
  key: string,
  body: Uint8Array | string = '0123456789',
): Promise<Reply> => accepted(await call(store, { method: 'PUT', key, body }));

/** Starts a multipart upload and gives its id. */
export const initiate = async (
  store: Store,
  key: string,
  headers: Record<string, string> = {},
): Promise<string> => {
  const reply = accepted(
    await call(store, { method: 'POST', key, query: { uploads: '' }, headers, body: '' }),
  );
  return element(reply.body, 'UploadId') ?? '';
};

/** Sends a part and gives its ETag. */
export const part = async (
  store: Store,
  key: string,
  uploadId: string,
  partNumber: number,
  body: Uint8Array | string,
): Promise<string> => {
  const query = { partNumber: String(partNumber), uploadId };
  const reply = accepted(await call(store, { method: 'PUT', key, query, body }));
  return String(reply.headers.etag);
};

/** Completes an upload of the parts listed. */
export const complete = (
  store: Store,
  key: string,
  uploadId: string,
  parts: ReadonlyArray<readonly [partNumber: number, etag: string]>,
  headers: Record<string, string> = {},
): Promise<Reply> => {
  const list = parts
    .map(([n, etag]) => `<Part><PartNumber>${n}</PartNumber><ETag>${etag}</ETag></Part>`)
    .join('');
  const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list}</CompleteMultipartUpload>`;
  return call(store, { method: 'POST', key, query: { uploadId }, headers, body });
};

/** Two parts, of 5 MiB and one byte, sent. */
export const twoParts = async (
  store: Store,
  key: string,
  headers: Record<string, string> = {},
): Promise<{ uploadId: string; parts: Array<[number, string]> }> => {
  const uploadId = await initiate(store, key, headers);
  const first = await part(store, key, uploadId, 1, Buffer.alloc(5 * mebibyte, 1));
  const second = await part(store, key, uploadId, 2, 'x');
  return {
    uploadId,
    parts: [
      [1, first],
      [2, second],
    ],
  };
};

/** Sets the CORS rules of the bucket. */
export const setCors = async (store: Store, rules: string): Promise<Reply> => {
  const body = `<CORSConfiguration>${rules}</CORSConfiguration>`;
  return call(store, { method: 'PUT', query: { cors: '' }, headers: { 'content-md5': md5(body) }, body });
};
