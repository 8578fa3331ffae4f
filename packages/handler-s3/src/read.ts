import { keyOfFileUrl, type ReadPlan, type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { DOWNLOAD_ANSWERS } from './answers.ts';
import type { SignerContext } from './context.ts';
import { headObject, objectFacts } from './head.ts';
import { keyOfBucketUrl } from './location.ts';
import type { Settings } from './settings.ts';

/** How to fetch an object: its facts, and a GET bound to the version that they are of. */
export async function read(context: SignerContext, url: string, call: SignerCall): Promise<ReadPlan> {
  const key = ownKey(context.settings, url);
  const head = await headObject(context, key, call);
  if (head === null) throw new TransferError('object-not-found', 'There is no object under this URL.');
  const facts = objectFacts(head);
  const headers: Record<string, string> = facts.version === null ? {} : { 'if-match': facts.version };
  const [request] = await context.presigner.sign([{ method: 'GET', key, query: {}, headers }]);
  if (request === undefined) throw new TransferError('internal', 'Nothing was signed.');
  return { ...facts, request, answers: DOWNLOAD_ANSWERS, ranges: true, serverTime: context.clock.now() };
}

/** The key of one of our own URLs: the CDN's or the bucket's, under our prefix. @throws `foreign-url` */
export function ownKey(settings: Settings, url: string): string {
  const key = keyOf(settings, url);
  if (key === null) throw new TransferError('foreign-url', 'This is no file URL of this bucket and prefix.');
  return key;
}

/** Whether this is a file URL of ours. Never throws. */
export function owns(settings: Settings, url: string): boolean {
  return typeof url === 'string' && keyOf(settings, url) !== null;
}

function keyOf(settings: Settings, url: string): string | null {
  const { publicUrl, prefix } = settings;
  const key = (publicUrl === null ? null : keyOfFileUrl(publicUrl, url)) ?? keyOfBucketUrl(settings, url);
  return key !== null && (prefix === '' || key.startsWith(`${prefix}/`)) ? key : null;
}
