import type { SignedRequest } from '@mesibo-files/handler-core';
import { type Answer, digestOf, send } from './bench.ts';

/** Headers of a chunk from `first` up to `end`, of a file of these bytes. */
export function chunkHeaders(bytes: Uint8Array, first: number, end: number): Record<string, string> {
  return {
    'content-range': `bytes ${first}-${end - 1}/${bytes.length}`,
    ...(end === bytes.length ? { 'x-mesibo-crc32': digestOf(bytes) } : {}),
  };
}

/** Sends a chunk. */
export function sendChunk(
  request: SignedRequest,
  bytes: Uint8Array,
  first: number,
  end: number = bytes.length,
): Promise<Answer> {
  return send(request, bytes.subarray(first, end), chunkHeaders(bytes, first, end));
}

/** Asks for the offset: it, or null when the session holds every byte. */
export async function askOffset(request: SignedRequest): Promise<number | null> {
  const { headers, status } = await send(request, null, { 'content-range': 'bytes */*' });
  if (status === 200) return null;
  if (status !== 308) throw new Error(`The question was answered by ${status}.`);
  return Number(headers['upload-offset']);
}
