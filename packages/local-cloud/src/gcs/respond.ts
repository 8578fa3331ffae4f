import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { GcsResponse, GcsState } from './types.ts';

const toBytes = (value: string): string => Buffer.from(value, 'utf8').toString('latin1');

/** Writes an answer; streams an object's bytes from disk. A client that goes away ends it without an error. */
export const sendAnswer = async (
  state: GcsState,
  response: ServerResponse,
  answer: GcsResponse,
): Promise<void> => {
  const { body, status } = answer;
  response.sendDate = false;
  response.statusCode = status;
  if (status === 308) response.statusMessage = 'Resume Incomplete';
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value === undefined) continue;
    response.setHeader(name, typeof value === 'string' ? toBytes(value) : value.map(toBytes));
  }
  const bodiless = response.req.method === 'HEAD' || status === 304 || status === 204;
  if (typeof body === 'string') response.setHeader('content-length', Buffer.byteLength(body));
  else if (body === undefined && status !== 204 && status !== 304 && !response.hasHeader('content-length')) {
    response.setHeader('content-length', 0);
  }
  if (bodiless || body === undefined || typeof body === 'string') {
    response.end(bodiless ? undefined : body);
    return;
  }
  try {
    await pipeline(state.blobs.read(body.object.segments, body.first, body.last), response);
  } catch {
    response.destroy();
  }
};
