import { TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer, HttpPort, HttpRequest } from '@mesibo-files/handler-core/provider';
import type { CarriedRequest, NetworkFault, NetworkFaults } from '../harness/network-faults.ts';
import { emptyAnswer, stoppedWith, waitFor, withBody } from './answers.ts';
import { closedAfter, corrupted, corruptedChunks, counted } from './bodies.ts';

type OpenRequest = { -readonly [Name in keyof CarriedRequest]: CarriedRequest[Name] };

interface Entry {
  readonly fault: NetworkFault;
  seen: number;
}

/** Puts faults in front of any `HttpPort`, and keeps a log of what went through. */
export function faultyHttp(inner: HttpPort): { readonly http: HttpPort; readonly faults: NetworkFaults } {
  let entries: Entry[] = [];
  let open = 0;
  const requests: OpenRequest[] = [];

  const actions = (direction: CarriedRequest['direction']): readonly NetworkFault[] => {
    const found: NetworkFault[] = [];
    for (const entry of entries.filter(({ fault }) => fault.direction === direction)) {
      const skip = entry.fault.skip ?? 0;
      if (entry.seen >= skip && entry.seen < skip + (entry.fault.times ?? 1)) found.push(entry.fault);
      entry.seen += 1;
    }
    return found;
  };

  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    const direction = request.method === 'GET' ? 'download' : 'upload';
    const record: OpenRequest = { direction, sent: 0, status: null };
    requests.push(record);
    open += 1;
    const close = once(() => {
      open -= 1;
    });
    request.signal.addEventListener('abort', close, { once: true });
    try {
      const answer = await act(actions(direction), counted(request, record));
      record.status = answer.status;
      return withBody(answer, answer.consume, close);
    } catch (error) {
      close();
      throw error;
    }
  };

  const act = async (faults: readonly NetworkFault[], request: HttpRequest): Promise<HttpAnswer> => {
    const find = (kind: NetworkFault['kind']): NetworkFault | undefined =>
      faults.find((each) => each.kind === kind);
    const delay = find('delay');
    if (delay) await waitFor(delay.milliseconds ?? 0, request.signal);
    const own = find('hang') ?? find('server-error') ?? find('rubbish');
    if (own) return await answerAlone(own, request);
    const close = find('close');
    const corrupt = find('corrupt');
    if (request.method !== 'GET') {
      if (close) return await closedAfter(request, close.bytes ?? 0);
      const answer = await inner.send(corrupt ? corrupted(request) : request);
      if (!find('lose-answer')) return answer;
      await answer.discard();
      throw new TransferError('network', 'The connection closed instead of the answer.');
    }
    const answer = await inner.send(request);
    if (find('lose-answer')) {
      await answer.discard();
      throw new TransferError('network', 'The connection closed instead of the answer.');
    }
    return close || corrupt
      ? corruptedChunks(answer, close ? (close.bytes ?? 0) : null, corrupt !== undefined)
      : answer;
  };

  return {
    http: { send },
    faults: {
      add: (fault) => void entries.push({ fault, seen: 0 }),
      clear: () => {
        entries = [];
      },
      requests,
      open: () => open,
    },
  };
}

async function answerAlone(fault: NetworkFault, request: HttpRequest): Promise<HttpAnswer> {
  if (request.body) for await (const slice of request.body.slices()) request.onSent?.(slice.byteLength);
  if (fault.kind === 'hang') return await stoppedWith(request.signal);
  if (fault.kind === 'rubbish') {
    return emptyAnswer(
      200,
      { 'content-type': 'text/html' },
      '<!doctype html><title>Sign in to the hotel</title>',
    );
  }
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  return emptyAnswer(503, headers, '');
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
