import { TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer, HttpBody, HttpRequest } from '@mesibo-files/handler-core/provider';
import { withByteChanged } from '../check/bytes.ts';
import { withBody } from './answers.ts';

/** The request, counting what of its body was taken. */
export function counted(request: HttpRequest, record: { sent: number }): HttpRequest {
  return mapped(request, (slice) => {
    record.sent += slice.byteLength;
    return slice;
  });
}

/** The request, with its first byte changed. */
export function corrupted(request: HttpRequest): HttpRequest {
  let first = true;
  return mapped(request, (slice) => {
    if (!first) return slice;
    first = false;
    return withByteChanged(slice, 0);
  });
}

/** Takes this many bytes of the body, and breaks. */
export async function closedAfter(request: HttpRequest, bytes: number): Promise<never> {
  let left = bytes;
  for await (const slice of request.body?.slices() ?? []) {
    if (left <= 0) break;
    request.onSent?.(Math.min(left, slice.byteLength));
    left -= slice.byteLength;
  }
  throw new TransferError('network', 'The connection closed early.');
}

/** The answer, cut off after so many bytes, or with its first byte changed. */
export function corruptedChunks(answer: HttpAnswer, cutAfter: number | null, corrupt: boolean): HttpAnswer {
  const consume: HttpAnswer['consume'] = async (onChunk) => {
    let taken = 0;
    const cut = (): never => {
      throw new TransferError('network', 'The connection closed early.');
    };
    await answer.consume((chunk) => {
      const whole = corrupt && taken === 0 ? withByteChanged(chunk, 0) : chunk;
      const piece = cutAfter === null ? whole : whole.subarray(0, Math.max(0, cutAfter - taken));
      taken += chunk.byteLength;
      const given = piece.byteLength > 0 ? onChunk(piece) : undefined;
      if (piece.byteLength === whole.byteLength) return given;
      return given ? given.then(cut) : cut();
    });
  };
  return withBody(answer, consume, () => {});
}

function mapped(request: HttpRequest, change: (slice: Uint8Array) => Uint8Array): HttpRequest {
  const { body } = request;
  if (!body) return request;
  const changed: HttpBody = {
    size: body.size,
    async *slices() {
      for await (const slice of body.slices()) yield change(slice);
    },
  };
  return { ...request, body: changed };
}
