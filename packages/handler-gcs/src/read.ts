import { type ReadCall, type ReadPlan, TransferError } from '@mesibo-files/handler-core';
import { DOWNLOAD_ANSWERS } from './answers.ts';
import type { SignerContext } from './context.ts';
import { headObject, objectFacts } from './head.ts';

/** How to fetch an object: its facts, and a GET bound to the generation that they are of. */
export async function read(context: SignerContext, key: string, call: ReadCall): Promise<ReadPlan> {
  const head = await headObject(context, key, call);
  if (head === null) throw new TransferError('object-not-found', 'There is no object under this URL.');
  // By a header: an old generation in the query would be served on from a bucket with versions.
  const headers: Record<string, string> =
    call.bare === true ? {} : { 'x-goog-if-generation-match': head.generation };
  const [request] = await context.presigner.sign([{ method: 'GET', key, query: {}, headers }]);
  if (request === undefined) throw new TransferError('internal', 'Nothing was signed.');
  const facts = objectFacts(head);
  return { ...facts, request, answers: DOWNLOAD_ANSWERS, ranges: true, serverTime: context.clock.now() };
}
