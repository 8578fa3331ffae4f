import { TransferError } from '@mesibo-files/handler-core';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import type { WebRoute } from '../http/routes.ts';
import { answerFor, type FileBody } from './answer.ts';
import { fileRequest } from './file-request.ts';
import { allowedObject } from './find.ts';
import { removeFile } from './remove.ts';
import { checkStoreAnswer, storeRequest } from './store-answer.ts';

export const fileRoutes: readonly WebRoute[] = [
  { method: 'GET', path: '/files/*', name: 'files', handle: download },
  { method: 'DELETE', path: '/files/*', name: 'files', handle: remove },
];

/** GET and HEAD, where Node's own streams are not at hand; see `downloadRoute` for where they are. */
async function download(context: ServerContext, scope: RequestScope, request: Request): Promise<Response> {
  const answer = await answerFor(
    context,
    scope,
    fileRequest(context, scope, request.method, targetOf(request)),
  );
  const { status, headers, body } = answer;
  scope.notes.bytes = body?.size ?? 0;
  return new Response(body === null ? null : await storeBody(body, scope.signal), { status, headers });
}

async function storeBody(body: FileBody, signal: AbortSignal): Promise<ReadableStream | null> {
  const { url, headers } = storeRequest(body);
  const answer = await fetch(url, { headers, signal, redirect: 'error' }).catch((cause: unknown) => {
    throw new TransferError('network', 'the store could not be asked', { cause: (cause as Error).cause });
  });
  try {
    checkStoreAnswer(body, answer.status, (name) => answer.headers.get(name));
  } catch (error) {
    await answer.body?.cancel();
    throw error;
  }
  return answer.body;
}

/** Removes a file, for whoever may. */
async function remove(context: ServerContext, scope: RequestScope, request: Request): Promise<Response> {
  const wanted = fileRequest(context, scope, 'GET', targetOf(request));
  const { url, credential } = wanted;
  const found = await allowedObject(context, scope, { action: 'remove', url, credential });
  await removeFile(context, scope, found, url);
  return new Response(null, { status: 204 });
}

function targetOf({ url }: Request): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
