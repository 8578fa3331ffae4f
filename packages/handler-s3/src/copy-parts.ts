import {
  AbortMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { partCount, partLength, partSizeFor, SECOND } from '@mesibo-files/handler-core/provider';
import { createUpload } from './begin.ts';
import { complete } from './complete.ts';
import type { SignerContext } from './context.ts';
import { escapeKey } from './encoding.ts';
import { headObject } from './head.ts';
import { wholeChecksums } from './integrity.ts';
import { MAX_PARTS } from './limits.ts';
import { type ListedPart, listParts, UPLOAD_GONE } from './listing.ts';
import type { TicketFacts } from './ticket.ts';

/** So many parts are copied at once. */
const AT_ONCE = 4;

/** How long one commit copies, in milliseconds; the next goes on where it ended. */
const COPY_FOR = 20 * SECOND;

type CopiedPart = Pick<ListedPart, 'number' | 'etag' | 'digests'>;

/**
 * Copies an object that is too large for one copy, in parts, for a while. What is copied already the store lists, so a
 * later commit, in any process, goes on from there.
 */
export async function copyInParts(
  context: SignerContext,
  facts: TicketFacts,
  name: string,
  source: HeadObjectCommandOutput,
  call: SignerCall,
): Promise<CompleteMultipartUploadCommandOutput | 'exists' | 'changed' | 'busy'> {
  const { clock, settings } = context;
  const size = source.ContentLength ?? 0;
  const partSize = partSizeFor(size, settings.copyPartSize, MAX_PARTS);
  const until = clock.now() + COPY_FOR;
  const copying = { ...facts, partSize, single: false };
  const uploadId =
    (await findCopy(context, facts, source, call)) ??
    (await createUpload(context, facts.key, copying, call)).uploadId;
  const copy = { ...copying, uploadId };
  const listed = (await listParts(context, copy, call, facts.key)) ?? new Map<number, ListedPart>();
  const parts: CopiedPart[] = [];
  const wanted: number[] = [];
  for (let number = 1; number <= partCount(size, partSize); number++) {
    const part = listed.get(number);
    if (part?.size === partLength(number, size, partSize)) parts.push(part);
    else wanted.push(number);
  }
  while (wanted.length > 0) {
    if (clock.now() >= until) return 'busy';
    const batch = wanted.splice(0, AT_ONCE);
    const copied = await Promise.all(
      batch.map((number) => copyPart(context, copy, name, source, number, call)),
    );
    for (const part of copied) {
      if (part === null) return abandon(context, copy, 'changed', call);
      parts.push(part);
    }
  }
  // Ceph binds no copied part to a version: that this one still waits proves that all came of it.
  const now = await headObject(context, name, call);
  const same = now?.ETag === source.ETag && now?.LastModified?.getTime() === source.LastModified?.getTime();
  if (!same) return abandon(context, copy, 'changed', call);
  parts.sort((left, right) => left.number - right.number);
  const { crc32 } = wholeChecksums(source);
  const digests = crc32 === undefined ? {} : { crc32 };
  const upload = { key: facts.key, uploadId, parts, strays: false };
  const completed = await complete(context, copy, upload, { size, digests }, call);
  switch (completed.state) {
    case 'done':
      return completed.output;
    case 'gone':
      return 'changed';
    case 'exists':
      return abandon(context, copy, 'exists', call);
    case 'refused':
      await abandon(context, copy, 'changed', call);
      throw new TransferError('server-error', 'promoting the object: the copy is not the same');
  }
}

/** The unfinished copy of this very version, or null. One that was begun before the version came is of another. */
async function findCopy(
  { caller }: SignerContext,
  { bucket, key }: TicketFacts,
  { LastModified }: HeadObjectCommandOutput,
  call: SignerCall,
): Promise<string | null> {
  const page = await caller.ask('looking for an unfinished copy', call, (client, options) =>
    client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }), options),
  );
  // Times are of whole seconds: within the same one, nobody knows.
  const after = (LastModified?.getTime() ?? Number.POSITIVE_INFINITY) + SECOND;
  const found = (page.Uploads ?? []).filter(
    ({ Key, Initiated }) => Key === key && Initiated !== undefined && Initiated.getTime() >= after,
  );
  return found[0]?.UploadId ?? null;
}

/** Copies one part; null: the version is not there any more, or the upload. */
async function copyPart(
  { caller }: SignerContext,
  { bucket, key, uploadId, partSize, checksum }: TicketFacts,
  name: string,
  { ContentLength = 0, ETag }: HeadObjectCommandOutput,
  number: number,
  call: SignerCall,
): Promise<CopiedPart | null> {
  const first = (number - 1) * partSize;
  const last = first + partLength(number, ContentLength, partSize) - 1;
  const expected = ['PreconditionFailed', ...UPLOAD_GONE];
  const outcome = await caller.attempt('promoting the object', call, expected, (client, options) =>
    client.send(
      new UploadPartCopyCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId ?? '',
        PartNumber: number,
        CopySource: `${bucket}/${escapeKey(name)}`,
        CopySourceIfMatch: ETag,
        CopySourceRange: `bytes=${first}-${last}`,
      }),
      options,
    ),
  );
  if (outcome.code !== null) return null;
  const copied = outcome.output.CopyPartResult;
  if (!copied?.ETag) throw new TransferError('bad-answer', 'promoting the object: a copied part has no ETag');
  const crc32 = checksum === 'crc32' ? copied.ChecksumCRC32 : undefined;
  return { number, etag: copied.ETag, digests: crc32 === undefined ? {} : { crc32 } };
}

async function abandon<State>(
  { caller }: SignerContext,
  { bucket, key, uploadId }: TicketFacts,
  state: State,
  call: SignerCall,
): Promise<State> {
  const place = { Bucket: bucket, Key: key, UploadId: uploadId ?? '' };
  await caller.attempt('giving the copy up', call, UPLOAD_GONE, (client, options) =>
    client.send(new AbortMultipartUploadCommand(place), options),
  );
  return state;
}
