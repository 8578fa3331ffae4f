import { throwIfStopped } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { HttpRequest } from '../ports/http.ts';
import { Refusal } from './refusal.ts';

/** What came of a request's body, and why it ended before its end. */
export interface ReceivedBody {
  readonly bytes: Uint8Array;
  readonly error?: TransferError;
}

/** Takes a request's body in, slice by slice, as a network would. Never throws: what came may matter to a session. */
export async function receiveBody(request: HttpRequest): Promise<ReceivedBody> {
  const { body, signal, onSent } = request;
  if (body === undefined) return { bytes: new Uint8Array(0) };
  const bytes = new Uint8Array(body.size);
  let at = 0;
  try {
    for await (const slice of body.slices()) {
      throwIfStopped(signal);
      if (slice.length === 0) throw new TransferError('internal', 'A slice of a body is empty.');
      if (at + slice.length > body.size)
        throw new TransferError('internal', 'A body is longer than it says.');
      bytes.set(slice, at);
      at += slice.length;
      onSent?.(slice.length);
    }
    throwIfStopped(signal);
    if (at < body.size) throw new TransferError('internal', 'A body is shorter than it says.');
    return { bytes };
  } catch (error) {
    return { bytes: bytes.subarray(0, at), error: TransferError.from(error, 'network') };
  }
}

/** The whole body of a request that is nothing without it. @throws its error; Refusal 411, 400 for a wrong length */
export async function wholeBody(request: HttpRequest): Promise<Uint8Array> {
  checkLength(request);
  const received = await receiveBody(request);
  if (received.error !== undefined) throw received.error;
  return received.bytes;
}

/** @throws Refusal 400 when a `content-length` says something else than the body */
export function checkLength(request: HttpRequest): void {
  const claimed = request.headers['content-length'];
  if (claimed !== undefined && claimed !== String(request.body?.size ?? 0))
    throw new Refusal(400, 'IncompleteBody');
}
