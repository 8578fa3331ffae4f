import { type Signer, TransferError } from '@mesibo-files/handler-core';
import {
  type ByteRange,
  evaluateRead,
  isScriptType,
  type ReadPlan,
} from '@mesibo-files/handler-core/provider';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { Refusal } from '../http/refusal.ts';
import type { FileRequest } from './file-request.ts';
import { allowedObject } from './find.ts';
import { etagOf, fileHeaders, securityHeaders } from './headers.ts';

/** The answer to a request for a file. */
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
  const { size, ranges } = plan;
  // Stores answer no date here that all of them agree on, so conditions on dates count as not stated.
  const outcome = evaluateRead(request, { size, ranges, etag: etagOf(plan), modified: null });
  if (outcome.status === 412) {
    throw new TransferError('object-changed', 'The file is no longer the version that was asked for.');
  }
  const headers = fileHeaders(context, url, plan);
  if (outcome.status === 304) return { status: 304, headers: withoutContent(headers), body: null };
  // A signed GET is no good for a HEAD, and one that needs headers none for a redirect.
  const bare = Object.keys(plan.request.headers).length === 0;
  // What could be run is sent by this server, whose headers keep it from that; a bucket's may not.
  const harmless = !isScriptType(plan.contentType);
  if (way === 'redirect' && method === 'GET' && bare && harmless) return redirect(context, plan);
  if (outcome.status === 416) {
    throw new Refusal('range-not-satisfiable', `The file has ${size} bytes.`, outcome.headers);
  }
  const { first, end } = outcome.range;
  const range = outcome.status === 206 ? outcome.range : null;
  return {
    status: outcome.status,
    headers: { ...headers, ...outcome.headers },
    body: method === 'HEAD' ? null : { signer, plan, url, range, size: end - first },
  };
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

/** An answer without the file says nothing of its content. */
function withoutContent({
  'content-type': _,
  'content-disposition': __,
  ...headers
}: Readonly<Record<string, string>>): Record<string, string> {
  return headers;
}
