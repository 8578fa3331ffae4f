import { TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer } from '@mesibo-files/handler-core/provider';

type Consume = HttpAnswer['consume'];

/** The answer with another body, telling when it was taken or thrown away. */
export function withBody(answer: HttpAnswer, consume: Consume, ended: () => void): HttpAnswer {
  return {
    status: answer.status,
    headers: answer.headers,
    consume: (onChunk) => consume.call(answer, onChunk).finally(ended),
    text: (limit) => answer.text(limit).finally(ended),
    discard: () => answer.discard().finally(ended),
  };
}

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

/** Waits, and rejects with the signal's reason at once when the signal comes. */
export function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    whenStopped(signal, () => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    });
  });
}

/** Never resolves; rejects with the signal's reason when the signal comes. */
export function stoppedWith(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => whenStopped(signal, () => reject(reasonOf(signal))));
}

function whenStopped(signal: AbortSignal, run: () => void): void {
  if (signal.aborted) run();
  else signal.addEventListener('abort', run, { once: true });
}

/** Why a request ends: what its signal says, or that it was stopped. */
export function reasonOf(signal: AbortSignal): TransferError {
  return TransferError.is(signal.reason)
    ? signal.reason
    : new TransferError('stopped', 'The request was stopped.');
}
