import type { Signer } from '@mesibo-files/handler-core';
import { isScriptType, type ReadPlan } from '@mesibo-files/handler-core/provider';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { Refusal } from '../http/refusal.ts';
import { type ByteRange, wantedOf } from './conditions.ts';
import type { FileRequest } from './file-request.ts';
import { allowedObject } from './find.ts';
import { fileHeaders, securityHeaders } from './headers.ts';

/** What is answered to a request for a file. */
export interface FileAnswer {
  readonly status: 200 | 206 | 302 | 304;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes to send on from the store; null for none. */
  readonly body: FileBody | null;
}

export interface FileBody {
  /** Whose store has it. */
  readonly signer: Signer;
  readonly plan: ReadPlan;
  /** The file URL. */
  readonly url: string;
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
  refuseScript(request);
  const asked = { action: 'download', url, credential, bare: way === 'redirect' } as const;
  const { signer, plan } = await allowedObject(context, scope, asked);
  const wanted = wantedOf(request, plan);
  const headers = fileHeaders(context, url, plan);
  if (wanted.what === 'unchanged') return { status: 304, headers: withoutContent(headers), body: null };
  // A signed GET is no good for a HEAD, and one that needs headers none for a redirect.
  const bare = Object.keys(plan.request.headers).length === 0;
  // What could be run is sent by this server, whose headers keep it from that; a bucket's may not.
  const harmless = !isScriptType(plan.contentType);
  if (way === 'redirect' && method === 'GET' && bare && harmless) return redirect(context, plan);
  if (wanted.what === 'unsatisfiable') {
    const range = { 'content-range': `bytes */${plan.size}` };
    throw new Refusal('range-not-satisfiable', `The file has ${plan.size} bytes.`, range);
  }
  const range = wanted.what === 'range' ? wanted.range : null;
  return bytes({ signer, plan, url }, range, headers, method);
}

/** Where a browser would run what it gets, whatever its type: a file of a user is never script of the app's origin. */
const RUN_AS: ReadonlySet<string | null> = new Set([
  'audioworklet',
  'paintworklet',
  'script',
  'serviceworker',
  'sharedworker',
  'style',
  'worker',
  'xslt',
]);

function refuseScript({ header }: FileRequest): void {
  if (!RUN_AS.has(header('sec-fetch-dest'))) return;
  throw new Refusal('forbidden', 'Files of users are no script and no style of a page.');
}

function redirect(context: ServerContext, { request }: ReadPlan): FileAnswer {
  const headers = {
    location: request.url,
    'cache-control': 'private, no-store',
    'content-length': '0',
    ...securityHeaders(context),
  };
  return { status: 302, headers, body: null };
}

function bytes(
  found: Pick<FileBody, 'signer' | 'plan' | 'url'>,
  range: ByteRange | null,
  headers: Readonly<Record<string, string>>,
  method: 'GET' | 'HEAD',
): FileAnswer {
  const { plan } = found;
  const size = range === null ? plan.size : range.last - range.first + 1;
  const ranged = range === null ? {} : { 'content-range': `bytes ${range.first}-${range.last}/${plan.size}` };
  return {
    status: range === null ? 200 : 206,
    headers: { ...headers, ...ranged, 'content-length': String(size) },
    body: method === 'HEAD' ? null : { ...found, range, size },
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
