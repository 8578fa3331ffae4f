import { throwIfStopped } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { HttpAnswer, HttpRequest } from '../ports/ports.ts';
import { Refusal } from './backend.ts';

/** What a route of the store answers. */
export interface RouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Iterable<Uint8Array>;
}

/** Dresses a route's answer as the port's. Strict: the body is had once, and a chunk is spoilt when its callback is over. */
export function httpAnswer(answer: RouteAnswer, now: number, signal: AbortSignal): HttpAnswer {
  let taken = false;
  const consume: HttpAnswer['consume'] = async (onChunk) => {
    if (taken) throw new TransferError('internal', 'The body of an answer was taken twice.');
    taken = true;
    for (const piece of answer.body ?? []) {
      throwIfStopped(signal);
      const lent = piece.slice();
      await onChunk(lent);
      lent.fill(0xaa);
    }
    throwIfStopped(signal);
  };
  return {
    status: answer.status,
    headers: { date: new Date(now).toUTCString(), ...answer.headers },
    consume,
    async text(limit) {
      let text = '';
      let room = limit;
      const decoder = new TextDecoder();
      await consume((chunk) => {
        text += decoder.decode(chunk.subarray(0, Math.max(0, room)), { stream: true });
        room -= chunk.length;
      });
      return text;
    },
    async discard() {
      taken = true;
    },
  };
}

/** A refusal as stores write it. */
export function refusalAnswer(refusal: Refusal, now: number, withBody: boolean): RouteAnswer {
  const time = new Date(now).toISOString();
  const text = `<Error><Code>${refusal.code}</Code><ServerTime>${time}</ServerTime></Error>`;
  return {
    status: refusal.status,
    headers: { 'content-type': 'application/xml', 'x-memory-error': refusal.code, ...refusal.headers },
    body: withBody ? [new TextEncoder().encode(text)] : [],
  };
}

/** The bytes of a request's body that arrived, and why they stopped early. */
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
