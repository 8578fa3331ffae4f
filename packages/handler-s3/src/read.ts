import { TransferError } from '@mesibo-files/handler-core';
import type { OwnKeys, ReadCall, ReadPlan } from '@mesibo-files/handler-core/provider';
import { DOWNLOAD_ANSWERS } from './format/answers.ts';
import { keyOfBucketUrl } from './format/urls.ts';
import type { Settings } from './options.ts';
import type { SignerContext } from './store/context.ts';
import { headObject, type ObjectHead, objectFacts } from './store/head.ts';

/** How to fetch an object: its facts, and a GET bound to the version that they are of. */
export async function read(context: SignerContext, key: string, call: ReadCall): Promise<ReadPlan> {
  return readPlan(context, key, await headObject(context, key, call), call.bare === true);
}

/** A GET of an object that was looked at. `bare`: not bound to the version, which takes a header. */
export async function readPlan(
  context: SignerContext,
  key: string,
  head: ObjectHead | null,
  bare: boolean,
): Promise<ReadPlan> {
  if (head === null) throw new TransferError('object-not-found', 'There is no object under this URL.');
  const facts = objectFacts(head);
  const bound = facts.version !== null && !bare;
  const headers: Record<string, string> = bound ? { 'if-match': facts.version } : {};
  const [request] = await context.presigner.sign([{ method: 'GET', key, query: {}, headers }]);
  if (request === undefined) throw new TransferError('internal', 'Nothing was signed.');
  return { ...facts, request, answers: DOWNLOAD_ANSWERS, ranges: true, serverTime: context.clock.now() };
}

/** Which file URLs are ours: the CDN's and the bucket's. */
export function ownKeys(settings: Settings): OwnKeys {
  const { publicUrl, prefix } = settings;
  return { prefix, publicUrl, keyOfBucketUrl: (url) => keyOfBucketUrl(settings, url) };
}
