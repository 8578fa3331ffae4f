import type { SignedRequest } from '@mesibo-files/handler-core/provider';
import { failed, passed, skipped } from '../findings.ts';
import { sampleBody, signSample } from '../sample.ts';
import type { Check, DoctorContext, Finding, RawAnswer } from '../types.ts';
import { send, told } from '../wire.ts';
import { sampleOf } from './reading.ts';

/** Why pages were not looked at. */
export const NO_ORIGIN: string = 'give --origin https://app.example.com to check it';

/** Headers that a page may send without asking, or that the browser sends by itself. */
const UNASKED = new Set(['content-length', 'host', 'accept', 'origin']);

const upload: Check = {
  id: 'cors-upload',
  title: 'a page of this origin may upload',
  needs: ['put'],
  run: async (context) => {
    if (context.origin === null) return skipped(NO_ORIGIN);
    const sample = await signSample(context, sampleBody());
    // Nothing is sent, so nothing is left.
    context.leftovers.gone(sample.plan.ticket);
    return preflight(context, context.origin, sample.request, Object.keys(sample.request.headers));
  },
};

const read: Check = {
  id: 'cors-download',
  title: 'a page of this origin may download',
  needs: ['get'],
  run: async (context) => {
    if (context.origin === null) return skipped(NO_ORIGIN);
    const { request } = await context.signer.read(sampleOf(context).object.url, context.call());
    return preflight(context, context.origin, request, [...Object.keys(request.headers), 'range']);
  },
};

const expose: Check = {
  id: 'cors-expose',
  title: 'and may read the headers that transfers need',
  needs: ['get', 'cors-download'],
  run: async (context) => {
    const { origin, advice } = context;
    if (origin === null) return skipped(NO_ORIGIN);
    const { request } = await context.signer.read(sampleOf(context).object.url, context.call());
    const headers = { ...request.headers, range: 'bytes=0-3', origin };
    const answer = await send(context, { ...request, headers });
    if (!allowsOrigin(answer, origin)) {
      return failed(`${told(answer.status, null)} without access-control-allow-origin`, advice.cors(origin));
    }
    const exposed = listOf(answer.headers['access-control-expose-headers']);
    const missing = advice.exposedHeaders.filter((name) => !exposed.has(name) && !exposed.has('*'));
    if (missing.length === 0) return passed([...advice.exposedHeaders].join(', '));
    return failed(`not exposed: ${missing.join(', ')}`, advice.cors(origin));
  },
};

/** Asks as a browser does before it sends the request. */
export async function preflight(
  context: DoctorContext,
  origin: string,
  { method, url }: Pick<SignedRequest, 'method' | 'url'>,
  names: readonly string[],
): Promise<Finding> {
  const asked = names.filter((name) => !UNASKED.has(name)).sort();
  const headers = {
    origin,
    'access-control-request-method': method,
    ...(asked.length === 0 ? {} : { 'access-control-request-headers': asked.join(',') }),
  };
  const answer = await send(context, { method: 'OPTIONS', url, headers });
  const refusal = refusalOf(answer, origin, method, asked);
  return refusal === null
    ? passed(`${method} with ${asked.join(', ') || 'no further header'}`)
    : failed(refusal, context.advice.cors(origin));
}

function refusalOf(
  answer: RawAnswer,
  origin: string,
  method: string,
  asked: readonly string[],
): string | null {
  const status = told(answer.status, null);
  if (answer.status >= 300) return `${status} to the preflight request`;
  if (!allowsOrigin(answer, origin)) return `${status}, and the origin is not allowed`;
  const methods = listOf(answer.headers['access-control-allow-methods']);
  // GET is always allowed.
  if (method !== 'GET' && !methods.has(method.toLowerCase()) && !methods.has('*'))
    return `${method} is not allowed`;
  const allowed = listOf(answer.headers['access-control-allow-headers']);
  const missing = asked.filter((name) => !allowed.has(name) && !allowed.has('*'));
  return missing.length === 0 ? null : `headers that are not allowed: ${missing.join(', ')}`;
}

function allowsOrigin({ headers }: RawAnswer, origin: string): boolean {
  const allowed = headers['access-control-allow-origin'];
  return allowed === '*' || allowed === origin;
}

function listOf(header: string | undefined): ReadonlySet<string> {
  return new Set((header ?? '').split(',').map((name) => name.trim().toLowerCase()));
}

export const CORS_CHECKS: readonly Check[] = [upload, read, expose];
