import { throwIfStopped } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { HttpAnswer } from '../ports/http.ts';
import type { Refusal } from './refusal.ts';

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
