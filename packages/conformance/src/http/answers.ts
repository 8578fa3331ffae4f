import { TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer } from '@mesibo-files/handler-core/provider';

/** An answer that no store gave. */
export function emptyAnswer(status: number, headers: HttpAnswer['headers'], body: string): HttpAnswer {
  const bytes = new TextEncoder().encode(body);
  return {
    status,
    headers: { ...headers, 'content-length': String(bytes.byteLength) },
    consume: async (onChunk) => {
      if (bytes.byteLength > 0) await onChunk(bytes);
    },
    text: async (limit) => body.slice(0, limit),
    discard: async () => {},
  };
}

/** Why a request ends: what its signal says, or that it was stopped. */
export function reasonOf(signal: AbortSignal): TransferError {
  return TransferError.is(signal.reason)
    ? signal.reason
    : new TransferError('stopped', 'The request was stopped.');
}
