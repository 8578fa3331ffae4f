import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { S3Response, S3State } from './types.ts';

/** Headers must be bytes: text beyond that is written as its UTF-8 bytes. */
const toBytes = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what a header can carry
  /^[\u0000-\u00ff]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1');

/** Writes an answer; streams an object's bytes from disk. A client that goes away ends it without an error. */
export const sendAnswer = async (
  state: S3State,
  response: ServerResponse,
  answer: S3Response,
): Promise<void> => {
  const { body } = answer;
  response.sendDate = false;
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== undefined) response.setHeader(name, toBytes(value));
  }
  if (typeof body === 'string') response.setHeader('content-length', Buffer.byteLength(body));
  else if (body === undefined && answer.status !== 204 && answer.status !== 304) {
    response.setHeader('content-length', 0);
  }
  const bodiless = response.req.method === 'HEAD' || answer.status === 304 || answer.status === 204;
  if (bodiless || body === undefined || typeof body === 'string') {
    response.end(bodiless ? undefined : body);
    return;
  }
  const { object, first, last } = body;
  try {
    await pipeline(state.blobs.read(object.segments, first, last), response);
  } catch {
    response.destroy();
  }
};
