import type { TransferError } from '../errors/transfer-error.ts';
import type { HttpAnswer, HttpRequest } from '../ports/ports.ts';
import { browserFailure, settable } from './http-failure.ts';

/** Sends a request that has no body. */
export async function fetchAnswer(request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, signal } = request;
  const fail = (cause: unknown): TransferError => browserFailure(url, signal, cause);
  const options: RequestInit & { readonly cache: string } = {
    method,
    headers: settable(request.headers),
    signal,
    credentials: 'omit',
    // Signed URLs are never the same twice: a cache would only fill up.
    cache: 'no-store',
  };
  const response = await fetch(url, options).catch((error: unknown) => Promise.reject(fail(error)));
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    consume: (onChunk) => consume(response, onChunk, fail),
    text: (limit) => text(response, limit, fail),
    discard: async () => {
      await response.body?.cancel().catch(() => undefined);
    },
  };
}

async function consume(
  response: Response,
  onChunk: (chunk: Uint8Array) => void | Promise<void>,
  fail: (cause: unknown) => TransferError,
): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => Promise.reject(fail(error)));
      if (done) return;
      await onChunk(value);
    }
  } finally {
    // After the end this does nothing; before it, it closes the connection.
    await reader.cancel().catch(() => undefined);
  }
}

async function text(
  response: Response,
  limit: number,
  fail: (cause: unknown) => TransferError,
): Promise<string> {
  const kept: Uint8Array[] = [];
  let size = 0;
  const enough = new Error('enough');
  await consume(
    response,
    (chunk) => {
      kept.push(chunk.slice(0, limit - size));
      size += chunk.length;
      if (size >= limit) throw enough;
    },
    fail,
  ).catch((error: unknown) => (error === enough ? undefined : Promise.reject(error)));
  return new Blob(kept as Uint8Array<ArrayBuffer>[]).text();
}
