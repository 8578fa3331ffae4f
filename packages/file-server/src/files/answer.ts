import type { ReadPlan } from '@mesibo-files/handler-core';
import { ask } from '../authorise/ask.ts';
import type { ServerContext } from '../context.ts';
import { Refusal } from '../http/refusal.ts';
import { takeRate } from '../rate.ts';
import type { RequestScope } from '../scope.ts';
import { objectFacts } from '../signing/read.ts';
import { type ByteRange, wantedOf } from './conditions.ts';
import type { FileRequest } from './file-request.ts';
import { findObject } from './find.ts';
import { fileHeaders, SECURITY_HEADERS } from './headers.ts';

/** What is answered to a request for a file. */
export interface FileAnswer {
  readonly status: 200 | 206 | 302 | 304;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes to send on from the store; null for none. */
  readonly body: FileBody | null;
}

export interface FileBody {
  readonly plan: ReadPlan;
  /** Null for the whole file. */
  readonly range: ByteRange | null;
  /** Bytes that will come. */
  readonly size: number;
}

/**
 * Finds a file, asks whether the caller may have it, and says how it is answered.
 * @throws `object-not-found`, `unauthorised`, `forbidden`, `object-changed`, `range-not-satisfiable`
 */
export async function answerFor(
  context: ServerContext,
  scope: RequestScope,
  request: FileRequest,
): Promise<FileAnswer> {
  const { url, credential, way, method } = request;
  const { signal } = scope;
  const { plan } = await findObject(context, url, { signal, bare: way === 'redirect' });
  const object = objectFacts(plan);
  const { uid } = await ask(context.authorise, { action: 'download', credential, url, object }, signal);
  if (uid !== undefined) {
    scope.notes.uid = uid;
    await takeRate(context, 'download', uid);
  }
  const wanted = wantedOf(request, plan);
  const headers = fileHeaders(url, plan);
  if (wanted.what === 'unchanged') return { status: 304, headers: withoutContent(headers), body: null };
  // A signed GET is no good for a HEAD, and one that needs headers none for a redirect.
  const bare = Object.keys(plan.request.headers).length === 0;
  if (way === 'redirect' && method === 'GET' && bare) return redirect(plan);
  if (wanted.what === 'unsatisfiable') {
    const range = { 'content-range': `bytes */${plan.size}` };
    throw new Refusal('range-not-satisfiable', `The file has ${plan.size} bytes.`, range);
  }
  const range = wanted.what === 'range' ? wanted.range : null;
  return bytes(plan, range, headers, method);
}

function redirect({ request }: ReadPlan): FileAnswer {
  const headers = {
    location: request.url,
    'cache-control': 'private, no-store',
    'content-length': '0',
    ...SECURITY_HEADERS,
  };
  return { status: 302, headers, body: null };
}

function bytes(
  plan: ReadPlan,
  range: ByteRange | null,
  headers: Readonly<Record<string, string>>,
  method: 'GET' | 'HEAD',
): FileAnswer {
  const size = range === null ? plan.size : range.last - range.first + 1;
  const ranged = range === null ? {} : { 'content-range': `bytes ${range.first}-${range.last}/${plan.size}` };
  return {
    status: range === null ? 200 : 206,
    headers: { ...headers, ...ranged, 'content-length': String(size) },
    body: method === 'HEAD' ? null : { plan, range, size },
  };
}

/** An answer without the file says nothing of its content. */
function withoutContent({
  'content-type': _,
  'content-disposition': __,
  ...headers
}: Readonly<Record<string, string>>): Record<string, string> {
  return headers;
}
