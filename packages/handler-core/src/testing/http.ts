import { pause, stopReason, throwIfStopped } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { keyOfFileUrl } from '../naming/file-url.ts';
import type { HttpPort, HttpRequest } from '../ports/http.ts';
import type { Backend } from './backend.ts';
import type { StoreFaults } from './faults.ts';
import { httpAnswer, type RouteAnswer, refusalAnswer } from './http-answer.ts';
import { Refusal } from './refusal.ts';
import { getObject } from './route-get.ts';
import { putObject, putPart } from './route-put.ts';
import { sessionRequest } from './route-session.ts';
import { verifyUrl } from './url-signature.ts';

/** A request that reached the store, for tests to count. It holds no signature. */
export interface LoggedRequest {
  readonly method: string;
  /** The object key, or an empty text when the URL is no object's. */
  readonly key: string;
  /** `object`, `part`, `session`, or `read` for GET and HEAD. */
  readonly kind: 'object' | 'part' | 'session' | 'read';
  /** Number of the part, or null. */
  readonly part: number | null;
  /** The `range`, `content-range` or `upload-offset` header, or null. */
  readonly range: string | null;
  /** Bytes of the body, as announced. */
  readonly size: number;
  /** Set with the answer; null while there is none, and for good when the request was cut off. */
  status: number | null;
}

/** What the HTTP side of the store is made of. */
export interface HttpSettings {
  readonly backend: Backend;
  readonly secret: Uint8Array;
  readonly baseUrl: string;
  readonly ranges: boolean;
  readonly publicRead: boolean;
  readonly faults: StoreFaults;
  readonly requests: LoggedRequest[];
}

function logged(request: HttpRequest, baseUrl: string): LoggedRequest {
  const [url = '', search = ''] = request.url.split('?', 2);
  const query = new URLSearchParams(search);
  const { method, headers } = request;
  const read = method === 'GET' || (method === 'HEAD' && !query.has('session'));
  const upload = query.has('session') ? 'session' : query.has('upload') ? 'part' : 'object';
  return {
    method,
    key: keyOfFileUrl(baseUrl, url) ?? '',
    kind: read ? 'read' : upload,
    part: query.has('part') ? Number(query.get('part')) : null,
    range: headers.range ?? headers['content-range'] ?? headers['upload-offset'] ?? null,
    size: request.body?.size ?? 0,
    status: null,
  };
}

async function route(settings: HttpSettings, request: HttpRequest): Promise<RouteAnswer> {
  const { backend, secret, baseUrl, ranges, faults } = settings;
  const open = request.method === 'GET' || request.method === 'HEAD';
  const key = settings.publicRead && open ? keyOfFileUrl(baseUrl, request.url) : null;
  if (key !== null && !backend.isHidden(key)) return getObject(backend, key, request, ranges);
  const granted = verifyUrl(secret, baseUrl, request, backend.clock.now());
  if (granted.query.has('session')) return sessionRequest(backend, granted, request, faults.storeOnly);
  if (open) return getObject(backend, granted.key, request, ranges);
  return granted.query.has('upload')
    ? putPart(backend, granted, request)
    : putObject(backend, granted, request);
}

/** The store's HTTP side, as a port: requests reach it without a network. */
export function memoryHttp(settings: HttpSettings): HttpPort {
  const { backend, faults, requests, baseUrl } = settings;
  const host = new URL(baseUrl).host;
  return {
    async send(request) {
      const { signal } = request;
      throwIfStopped(signal);
      if (!URL.canParse(request.url) || new URL(request.url).host !== host) {
        throw new TransferError('host-not-found', 'There is nothing but the memory store here.');
      }
      const entry = logged(request, baseUrl);
      requests.push(entry);
      const wait = faults.delay?.(request) ?? 0;
      if (wait > 0) await pause(backend.clock, wait, signal);
      const now = backend.clock.now();
      const answer = await route(settings, request).catch((error: unknown) => {
        if (error instanceof Refusal) return refusalAnswer(error, now, request.method !== 'HEAD');
        throw error;
      });
      if (signal.aborted) throw stopReason(signal);
      entry.status = answer.status;
      return httpAnswer(answer, now, signal);
    },
  };
}
