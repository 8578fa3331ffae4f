import { TransferError } from '@mesibo-files/handler-core';
import type { OwnKeys, ReadCall, ReadPlan } from '@mesibo-files/handler-core/provider';
import { DOWNLOAD_ANSWERS } from './format/answers.ts';
import { quotedETag } from './format/digests.ts';
import { payerHeader, type Settings } from './options.ts';
import type { SignerContext } from './store/context.ts';
import { headObject, type ObjectHead, objectFacts, withTrueSize } from './store/head.ts';
import type { BucketHome } from './store/home.ts';

/** How to fetch an object: its facts, and a GET bound to the version that they are of. */
export async function read(context: SignerContext, key: string, call: ReadCall): Promise<ReadPlan> {
  const told = await headObject(context, key, call);
  const head = told === null ? null : await withTrueSize(context, key, told, null, call);
  return readPlan(context, key, head, call.bare === true);
}

/** A GET of an object that was looked at. `bare`: not bound to the version, which takes a header. */
export async function readPlan(
  context: SignerContext,
  key: string,
  head: ObjectHead | null,
  bare: boolean,
): Promise<ReadPlan> {
  if (head === null) throw new TransferError('object-not-found', 'There is no object under this URL.');
  assertReadable(head);
  const facts = objectFacts(head);
  const headers = { ...(bare ? {} : boundTo(head)), ...payerHeader(context.settings) };
  const [request] = await context.presigner.sign([{ method: 'GET', key, query: {}, headers }]);
  if (request === undefined) throw new TransferError('internal', 'Nothing was signed.');
  return { ...facts, request, answers: DOWNLOAD_ANSWERS, ranges: true, serverTime: context.clock.now() };
}

/** A weak ETag binds to nothing, so then the time does, which is of whole seconds. */
function boundTo({ ETag, LastModified }: ObjectHead): Record<string, string> {
  const strong = quotedETag(ETag);
  if (strong !== null) return { 'if-match': strong };
  return LastModified === undefined ? {} : { 'if-unmodified-since': LastModified.toUTCString() };
}

/** Classes whose objects are read only after they were restored. */
const ARCHIVES: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** @throws `object-archived` */
function assertReadable({ ArchiveStatus, Restore, StorageClass = 'STANDARD' }: ObjectHead): void {
  const archived = ArchiveStatus !== undefined || ARCHIVES.includes(StorageClass);
  if (!archived || Restore?.includes('ongoing-request="false"') === true) return;
  const state = Restore === undefined ? '' : ', and is being restored';
  throw new TransferError('object-archived', `The object lies in the class ${StorageClass}${state}.`, {
    hint: 'Restore it with `aws s3api restore-object`, and download it when that is done, after minutes to days.',
  });
}

/** Which file URLs are ours: the CDN's and the bucket's. */
export function ownKeys({ publicUrl, prefix }: Settings, home: Pick<BucketHome, 'keyOf'>): OwnKeys {
  return { prefix, publicUrl, keyOfBucketUrl: (url) => home.keyOf(url) };
}
