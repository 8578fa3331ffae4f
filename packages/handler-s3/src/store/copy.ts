import {
  AbortMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
  ListMultipartUploadsCommand,
  type MultipartUpload,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import {
  partCount,
  partLength,
  partSizeFor,
  SECOND,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { quotedETag, wholeChecksums } from '../format/digests.ts';
import { copySource } from '../format/urls.ts';
import { MAX_PARTS, whoPays } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';
import type { SignerContext } from './context.ts';
import { headObject, type ObjectHead } from './head.ts';
import { complete, createUpload, type ListedPart, listParts, UPLOAD_GONE } from './multipart.ts';

/** How many parts are copied at once. */
const AT_ONCE = 4;

/** How long one commit copies, in milliseconds; the next goes on where it ended. */
const COPY_FOR = 20 * SECOND;

/** How many unfinished copies this process remembers. It looks for the others in the store. */
const MOST_COPIES = 1000;

type CopiedPart = Pick<ListedPart, 'number' | 'etag' | 'digests'>;

/**
 * Copies an object to the final key as an upload of parts, even of one: only such a copy can be called off, so that of
 * a commit and a refusal that meet one happens. A large one is copied for a while; what is copied already the store
 * lists, so a later commit, in any process, goes on from there.
 */
export async function copyObject(
  context: SignerContext,
  facts: TicketFacts,
  name: string,
  source: ObjectHead,
  call: SignerCall,
): Promise<CompleteMultipartUploadCommandOutput | 'exists' | 'changed' | 'busy'> {
  const { settings } = context;
  const size = source.ContentLength;
  const partSize = partSizeFor(size, settings.copyPartSize, MAX_PARTS);
  const copying = { ...facts, partSize, single: false };
  const begun = size > partSize ? await findCopy(context, facts, source, call) : null;
  const version = versionOf(facts, source);
  const uploadId = begun ?? (await createUpload(context, facts.key, copying, call)).uploadId;
  const copy = { ...copying, uploadId };
  const parts = await copyParts(context, copy, name, source, begun !== null, call);
  if (parts === 'busy') {
    remember(context, version, uploadId);
    return 'busy';
  }
  context.copies.delete(version);
  if (parts === 'changed' || !(await isThere(context, name, source, call))) {
    return abandon(context, copy, 'changed', call);
  }
  const { crc32 } = wholeChecksums(source);
  const digests = crc32 === undefined ? {} : { crc32 };
  const upload = { key: facts.key, uploadId, parts, strays: false };
  const completed = await complete(context, copy, upload, { size, digests }, call);
  switch (completed.state) {
    case 'done':
      return completed.output;
    case 'gone':
    case 'changed':
      return 'changed';
    case 'exists':
      return abandon(context, copy, 'exists', call);
    case 'refused':
      await abandon(context, copy, 'changed', call);
      throw new TransferError('server-error', 'promoting the object: the copy is not the same');
  }
}

/** Calls off every copy to the final key that is not put together yet. */
export async function abortCopies(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<void> {
  for (const { UploadId = '' } of await listCopies(context, facts, call)) {
    await abandon(context, { ...facts, uploadId: UploadId }, null, call);
  }
}

/** Copies the parts that are not there yet. `changed`: the version is not there any more, or the upload. */
async function copyParts(
  context: SignerContext,
  copy: TicketFacts,
  name: string,
  source: ObjectHead,
  resumed: boolean,
  call: SignerCall,
): Promise<readonly CopiedPart[] | 'changed' | 'busy'> {
  // Not the store's time, which an answer may put right meanwhile.
  const { clock } = context.settings;
  const until = clock.now() + COPY_FOR;
  const size = source.ContentLength;
  const listed = resumed ? await listParts(context, copy, call, copy.key) : null;
  const parts: CopiedPart[] = [];
  const wanted: number[] = [];
  for (let number = 1; number <= partCount(size, copy.partSize); number++) {
    const part = listed?.get(number);
    if (part?.size === partLength(number, size, copy.partSize)) parts.push(part);
    else wanted.push(number);
  }
  while (wanted.length > 0) {
    if (clock.now() >= until) return 'busy';
    const copied = await Promise.all(
      wanted.splice(0, AT_ONCE).map((number) => copyPart(context, copy, name, source, number, call)),
    );
    for (const part of copied) {
      if (part === null) return 'changed';
      parts.push(part);
    }
  }
  return parts.sort((left, right) => left.number - right.number);
}

/**
 * Whether this version still waits. Amazon binds each copied part to it; Ceph binds none, so there the version that
 * waits in the end, after no copy was older than it, proves that all parts came of it.
 */
async function isThere(
  context: SignerContext,
  name: string,
  source: ObjectHead,
  call: SignerCall,
): Promise<boolean> {
  if (context.settings.endpoint === null) return true;
  const now = await headObject(context, name, call);
  return now?.ETag === source.ETag && now?.LastModified?.getTime() === source.LastModified?.getTime();
}

async function listCopies(
  { caller, settings }: SignerContext,
  { bucket, key }: TicketFacts,
  call: SignerCall,
): Promise<readonly MultipartUpload[]> {
  const page = await caller.ask('looking for an unfinished copy', call, (client, options) =>
    client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key, ...whoPays(settings) }),
      options,
    ),
  );
  return (page.Uploads ?? []).filter(({ Key }) => Key === key);
}

function versionOf({ key }: TicketFacts, { ETag, LastModified }: ObjectHead): string {
  return `${key} ${ETag} ${LastModified?.getTime()}`;
}

function remember({ copies }: SignerContext, version: string, uploadId: string): void {
  const [oldest] = copies.keys();
  if (copies.size >= MOST_COPIES && oldest !== undefined) copies.delete(oldest);
  copies.set(version, uploadId);
}

/**
 * The unfinished copy of this very version, or null: the one that this process knows, or one that another began. That
 * must be later than the version, else it may be of one before.
 */
async function findCopy(
  context: SignerContext,
  facts: TicketFacts,
  source: ObjectHead,
  call: SignerCall,
): Promise<string | null> {
  const known = context.copies.get(versionOf(facts, source));
  if (known !== undefined) return known;
  const { LastModified } = source;
  // Times are of whole seconds: within the same one, nobody knows.
  const after = (LastModified?.getTime() ?? Number.POSITIVE_INFINITY) + SECOND;
  const copies = await listCopies(context, facts, call);
  // A time that is not told is not later.
  return copies.find(({ Initiated }) => (Initiated?.getTime() ?? Number.NaN) >= after)?.UploadId ?? null;
}

/** Copies one part; null: the version is not there any more, or the upload. */
async function copyPart(
  { caller, settings }: SignerContext,
  { bucket, key, uploadId, partSize, checksum }: TicketFacts,
  name: string,
  { ContentLength: size, ETag, LastModified }: ObjectHead,
  number: number,
  call: SignerCall,
): Promise<CopiedPart | null> {
  const strong = quotedETag(ETag);
  const first = (number - 1) * partSize;
  const last = first + partLength(number, size, partSize) - 1;
  const place = {
    Bucket: bucket,
    Key: key,
    UploadId: uploadId ?? '',
    PartNumber: number,
    ...whoPays(settings),
  };
  const copy = new UploadPartCopyCommand({
    ...place,
    CopySource: copySource(bucket, name),
    // A weak ETag matches nothing: then the time tells, and the look at the source in the end.
    ...(strong === null ? { CopySourceIfUnmodifiedSince: LastModified } : { CopySourceIfMatch: strong }),
    // Small objects are copied whole only.
    ...(size > partSize ? { CopySourceRange: `bytes=${first}-${last}` } : {}),
  });
  const expected = ['PreconditionFailed', ...UPLOAD_GONE];
  const outcome = await caller.attempt('promoting the object', call, expected, async (client, options) => {
    // Of nothing there is nothing to copy.
    if (size === 0) return client.send(new UploadPartCommand({ ...place, Body: new Uint8Array() }), options);
    return (await client.send(copy, options)).CopyPartResult;
  });
  if (outcome.code !== null) return null;
  const copied = outcome.output;
  if (!copied?.ETag) throw new TransferError('bad-answer', 'promoting the object: a copied part has no ETag');
  const crc32 = checksum === 'crc32' ? copied.ChecksumCRC32 : undefined;
  return { number, etag: copied.ETag, digests: crc32 === undefined ? {} : { crc32 } };
}

async function abandon<State>(
  { caller, settings }: SignerContext,
  { bucket, key, uploadId }: TicketFacts,
  state: State,
  call: SignerCall,
): Promise<State> {
  const place = { Bucket: bucket, Key: key, UploadId: uploadId ?? '', ...whoPays(settings) };
  await caller.attempt('giving the copy up', call, UPLOAD_GONE, (client, options) =>
    client.send(new AbortMultipartUploadCommand(place), options),
  );
  return state;
}
