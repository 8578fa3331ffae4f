import { TransferError } from '@mesibo-files/handler-core';
import type { ReadCall, ReadPlan } from '@mesibo-files/handler-core/provider';
import { DOWNLOAD_ANSWERS } from './format/answers.ts';
import type { ObjectResource } from './format/metadata.ts';
import { payer } from './options.ts';
import type { SignerContext } from './store/context.ts';
import { headObject, objectFacts } from './store/head.ts';

/** How to fetch an object: its facts, and a GET bound to the generation that they are of. */
export async function read(context: SignerContext, key: string, call: ReadCall): Promise<ReadPlan> {
  return readPlan(context, key, await headObject(context, key, call), call.bare === true);
}

/** A GET of an object that was looked at. `bare`: not bound to the generation, which takes a header. */
export async function readPlan(
  context: SignerContext,
  key: string,
  head: ObjectResource | null,
  bare: boolean,
): Promise<ReadPlan> {
  if (head === null) throw new TransferError('object-not-found', 'There is no object under this URL.');
  // By a header: an old generation in the query would be served on from a bucket with versions.
  const headers: Record<string, string> = bare
    ? {}
    : { 'x-goog-if-generation-match': head.generation, ...payer(context.settings.userProject) };
  const [signed] = await context.presigner.sign([{ method: 'GET', key, query: {}, headers }]);
  if (signed === undefined) throw new TransferError('internal', 'Nothing was signed.');
  const facts = objectFacts(head);
  // Size and digests are those of the stored bytes, and the store would unpack them, and serve no ranges.
  const packed = head.contentEncoding === null || bare ? {} : { 'accept-encoding': 'gzip' };
  const request = { ...signed, headers: { ...signed.headers, ...packed } };
  return { ...facts, request, answers: DOWNLOAD_ANSWERS, ranges: true, serverTime: context.clock.now() };
}
