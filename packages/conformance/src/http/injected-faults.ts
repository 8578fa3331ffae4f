import { systemClock } from '@mesibo-files/handler-core/node';
import type { HttpPort } from '@mesibo-files/handler-core/provider';
import { type Fault, type FaultKind, faultyHttp } from '@mesibo-files/handler-core/testing';
import type { CarriedRequest, NetworkFault, NetworkFaults } from '../harness/network-faults.ts';
import { counted, withEnd } from './counted.ts';

type OpenRequest = { -readonly [Name in keyof CarriedRequest]: CarriedRequest[Name] };

const RUBBISH = '<!doctype html><title>Sign in to the hotel</title>';

/** Puts faults in front of any `HttpPort`, and keeps a log of what went through. */
export function injectFaults(inner: HttpPort): { readonly http: HttpPort; readonly faults: NetworkFaults } {
  const plan: Fault[] = [];
  const faulty = faultyHttp(inner, systemClock, plan);
  const requests: OpenRequest[] = [];
  let open = 0;
  const http: HttpPort = {
    async send(request) {
      const direction = request.method === 'GET' ? 'download' : 'upload';
      const record: OpenRequest = { direction, sent: 0, status: null };
      requests.push(record);
      open += 1;
      const close = once(() => {
        open -= 1;
      });
      request.signal.addEventListener('abort', close, { once: true });
      try {
        const answer = await faulty.send(counted(request, record));
        record.status = answer.status;
        return withEnd(answer, close);
      } catch (error) {
        close();
        throw error;
      }
    },
  };
  return {
    http,
    faults: {
      add: (fault) => void plan.push(plannedFault(fault)),
      clear: () => {
        plan.length = 0;
      },
      requests,
      open: () => open,
    },
  };
}

function plannedFault(fault: NetworkFault): Fault {
  const { direction, skip = 0, times = 1 } = fault;
  return { ...kindOf(fault), direction, first: skip + 1, times };
}

function kindOf({ kind, direction, bytes = 0, retryAfter, milliseconds = 0 }: NetworkFault): FaultKind {
  const up = direction === 'upload';
  switch (kind) {
    case 'hang':
      return { do: 'hang', afterBody: true };
    case 'close':
      return up ? { do: 'cut-request', after: bytes, unheard: true } : { do: 'cut-answer', after: bytes };
    case 'lose-answer':
      return { do: 'lose-answer' };
    case 'server-error': {
      const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      return { do: 'answer', status: 503, headers: { ...wait, 'content-length': '0' }, afterBody: true };
    }
    case 'corrupt':
      return up ? { do: 'corrupt-request', at: 0 } : { do: 'corrupt-answer', at: 0 };
    case 'rubbish': {
      const headers = { 'content-type': 'text/html', 'content-length': String(RUBBISH.length) };
      return { do: 'answer', status: 200, headers, body: RUBBISH, afterBody: true };
    }
    case 'delay':
      return { do: 'delay', milliseconds };
  }
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
