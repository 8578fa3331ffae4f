import { pause, stopReason } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { Clock, HttpAnswer, HttpBody, HttpPort, HttpRequest } from '../ports/ports.ts';
import { httpAnswer } from './http-messages.ts';

/** What goes wrong. */
export type FaultKind =
  /** The request is carried out, and its answer never comes: `network`. */
  | { readonly do: 'lose-answer' }
  /**
   * The connection breaks after so many bytes of the request's body: `network`. The server gets no more. `unheard`: the
   * server gets nothing at all. Default false.
   */
  | { readonly do: 'cut-request'; readonly after: number; readonly unheard?: boolean }
  /** The connection breaks after so many bytes of the answer's body: `network`. */
  | { readonly do: 'cut-answer'; readonly after: number }
  /** Nothing happens until the request is aborted; the server hears nothing of it. `afterBody`: the body is taken first. */
  | { readonly do: 'hang'; readonly afterBody?: boolean }
  /** The connection is refused: `network`. The server hears nothing of it. */
  | { readonly do: 'refuse' }
  /** Another answers, as a proxy does; the server hears nothing of it. `afterBody`: the body is taken first. */
  | {
      readonly do: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly afterBody?: boolean;
    }
  /** One byte of the request's body, at this offset, is turned over. */
  | { readonly do: 'corrupt-request'; readonly at: number }
  /** One byte of the answer's body, at this offset, is turned over. */
  | { readonly do: 'corrupt-answer'; readonly at: number }
  /** It takes so many milliseconds longer. */
  | { readonly do: 'delay'; readonly milliseconds: number };

/** One fault, and the requests that it strikes. All conditions must hold. */
export type Fault = FaultKind & {
  readonly method?: string;
  /** GET downloads; every other method uploads. */
  readonly direction?: 'upload' | 'download';
  /** Is in the URL, its parameters included. */
  readonly path?: string | RegExp;
  /** Which of the requests that fit, counted from 1: one, or a list. Default all. */
  readonly nth?: number | readonly number[];
  /** The first of the requests that fit, counted from 1. Default 1. */
  readonly first?: number;
  /** How many requests it strikes, from {@link first} on. From 1, default `Infinity`. */
  readonly times?: number;
};

const cutOff = (): TransferError =>
  new TransferError('network', 'The connection broke (a fault of the test).');

function fits(fault: Fault, request: HttpRequest): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  const direction = request.method === 'GET' ? 'download' : 'upload';
  if (fault.direction !== undefined && fault.direction !== direction) return false;
  const { path } = fault;
  return (
    path === undefined || (typeof path === 'string' ? request.url.includes(path) : path.test(request.url))
  );
}

/** Wraps a body; `change` is given each slice with its offset. Where it gives back less, the connection breaks. */
function changedBody(body: HttpBody, change: (slice: Uint8Array, at: number) => Uint8Array): HttpBody {
  return {
    size: body.size,
    async *slices() {
      let at = 0;
      for await (const slice of body.slices()) {
        const changed = change(slice, at);
        if (changed.length > 0) yield changed;
        if (changed.length < slice.length) throw cutOff();
        at += slice.length;
      }
    },
  };
}

function turnedOver(bytes: Uint8Array, at: number): Uint8Array {
  if (at < 0 || at >= bytes.length) return bytes;
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

function changedAnswer(answer: HttpAnswer, cut: number, flip: number): HttpAnswer {
  return {
    ...answer,
    status: answer.status,
    headers: answer.headers,
    discard: () => answer.discard(),
    text: (limit) => answer.text(Math.min(limit, cut)),
    async consume(onChunk) {
      let at = 0;
      await answer.consume(async (chunk) => {
        const kept = turnedOver(chunk, flip - at).subarray(0, Math.max(0, cut - at));
        at += chunk.length;
        if (kept.length > 0) await onChunk(kept);
        if (kept.length < chunk.length) throw cutOff();
      });
    },
  };
}

/** Takes so many bytes of the body, as a network would. */
async function takeBody(
  { body, onSent }: HttpRequest,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  let left = limit;
  for await (const slice of body?.slices() ?? []) {
    if (left <= 0) break;
    onSent?.(Math.min(left, slice.length));
    left -= slice.length;
  }
}

async function strike(fault: Fault, http: HttpPort, clock: Clock, request: HttpRequest): Promise<HttpAnswer> {
  const { signal, body } = request;
  const withBody = (changed: HttpBody | undefined): HttpRequest =>
    changed === undefined ? request : { ...request, body: changed };
  switch (fault.do) {
    case 'refuse':
      throw cutOff();
    case 'hang':
      if (fault.afterBody) await takeBody(request);
      return new Promise((_, reject) => {
        if (signal.aborted) reject(stopReason(signal));
        signal.addEventListener('abort', () => reject(stopReason(signal)), { once: true });
      });
    case 'answer': {
      if (fault.afterBody) await takeBody(request);
      const text = new TextEncoder().encode(fault.body ?? '');
      const { status, headers = {} } = fault;
      return httpAnswer({ status, headers, body: text.length > 0 ? [text] : [] }, clock.now(), signal);
    }
    case 'delay':
      await pause(clock, fault.milliseconds, signal);
      return http.send(request);
    case 'lose-answer':
      await (await http.send(request)).discard();
      throw cutOff();
    case 'cut-request':
      if (fault.unheard) {
        await takeBody(request, fault.after);
        throw cutOff();
      }
      return http.send(
        withBody(body && changedBody(body, (slice, at) => slice.subarray(0, Math.max(0, fault.after - at)))),
      );
    case 'corrupt-request':
      return http.send(withBody(body && changedBody(body, (slice, at) => turnedOver(slice, fault.at - at))));
    case 'cut-answer':
      return changedAnswer(await http.send(request), fault.after, -1);
    case 'corrupt-answer':
      return changedAnswer(await http.send(request), Number.POSITIVE_INFINITY, fault.at);
  }
}

/** An HTTP port that fails as planned: the first fault that fits a request strikes it, all others go through. */
export function faultyHttp(http: HttpPort, clock: Clock, plan: readonly Fault[]): HttpPort {
  const seen = new Map<Fault, number>();
  const isDue = (fault: Fault, request: HttpRequest): boolean => {
    if (!fits(fault, request)) return false;
    const count = (seen.get(fault) ?? 0) + 1;
    seen.set(fault, count);
    const { first = 1, times = Number.POSITIVE_INFINITY } = fault;
    if (count < first || count >= first + times) return false;
    return fault.nth === undefined || [fault.nth].flat().includes(count);
  };
  return {
    send(request) {
      // Every fault counts every request, whichever strikes.
      const due = plan.filter((fault) => isDue(fault, request))[0];
      return due === undefined ? http.send(request) : strike(due, http, clock, request);
    },
  };
}
