import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import {
  type FinalPlace,
  fileUrlFor,
  type ObjectFacts,
  parseContentDisposition,
  pendingName,
  type Refused,
  refusalIn,
  type SignerCall,
  type StagedObject,
  senderOf,
} from '@mesibo-files/handler-core/provider';
import { readFailure } from '../format/codes.ts';
import { integrityOf, quotedETag, wholeChecksums, wholeMd5 } from '../format/digests.ts';
import type { TicketFacts } from '../ticket.ts';
import type { CallOptions } from './client.ts';
import type { SignerContext } from './context.ts';

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** The store's answer to a HEAD. */
export type ObjectHead = HeadObjectCommandOutput;

const NOT_THERE = ['NoSuchKey', 'NotFound'];

/** What the store says of an object, or null when there is none. */
export async function headObject(
  { caller, settings }: SignerContext,
  key: string,
  call: SignerCall,
): Promise<HeadObjectCommandOutput | null> {
  const place = { Bucket: settings.bucket, Key: key };
  const outcome = await caller.attempt('looking at the object', call, NOT_THERE, (client, options) =>
    client
      .send(new HeadObjectCommand({ ...place, ChecksumMode: 'ENABLED' }), options)
      .catch(async (error: unknown) => {
        const { status } = readFailure(error);
        if (status === null || status < 300 || status >= 500) throw error;
        await explain(client, place, options);
        throw error;
      }),
  );
  if (outcome.code !== null) return null;
  if (outcome.output.ETag === undefined) {
    throw new TransferError('bad-answer', 'looking at the object: the answer is of no S3 store');
  }
  return outcome.output;
}

/**
 * A HEAD has no body, so its 404 may be the object or the bucket, and its 403 the policy, the key or the clock. A GET
 * of one byte is refused for the same reason, and says it. When it is not refused, the SDK has put its clock right
 * meanwhile, and the first error stands.
 */
async function explain(client: S3Client, place: Place, options: CallOptions): Promise<void> {
  try {
    const answer = await client.send(new GetObjectCommand({ ...place, Range: 'bytes=0-0' }), options);
    await answer.Body?.transformToByteArray();
  } catch (error) {
    // An empty object has no first byte.
    if (readFailure(error).status !== 416) throw error;
  }
}

/** An object's facts, from the store's answer. */
export function objectFacts(head: HeadObjectCommandOutput): ObjectFacts {
  return {
    size: head.ContentLength ?? 0,
    contentType: head.ContentType ?? 'application/octet-stream',
    version: quotedETag(head.ETag),
    integrity: integrityOf(head),
    name: parseContentDisposition(head.ContentDisposition ?? ''),
    ...senderOf(head.Metadata),
  };
}

/** A committed object: its facts, and the durable URL. */
export async function storedObject(
  context: SignerContext,
  key: string,
  facts: ObjectFacts,
): Promise<StoredObject> {
  const base = context.settings.publicUrl ?? (await context.location()).baseUrl;
  return { ...facts, key, url: fileUrlFor(base, key) };
}

/** Deletes an object; that it is gone already is as good. */
export async function removeObject(
  { caller, settings }: SignerContext,
  key: string,
  call: SignerCall,
): Promise<void> {
  await caller.attempt('removing the object', call, NOT_THERE, (client, options) =>
    client.send(new DeleteObjectCommand({ Bucket: settings.bucket, Key: key }), options),
  );
}

/** An object as the commit compares it. */
export interface FoundHead extends StagedObject {
  readonly head: HeadObjectCommandOutput;
}

/** What the store says of an object that this upload may have made, or null. */
export async function findObject(
  context: SignerContext,
  facts: TicketFacts,
  key: string,
  call: SignerCall,
): Promise<FoundHead | null> {
  const head = await headObject(context, key, call);
  if (head === null) return null;
  const md5 = wholeMd5(head);
  const { crc32 } = wholeChecksums(head);
  return {
    head,
    size: head.ContentLength ?? 0,
    // Of parts, the type was bound when the upload began, by the signer itself.
    contentType: facts.uploadId === null ? (head.ContentType ?? '') : null,
    digests: { ...(crc32 === undefined ? {} : { crc32 }), ...(md5 === null ? {} : { md5 }) },
    metadata: head.Metadata ?? {},
  };
}

/** The place of an upload under its final key. */
export function finalPlace(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): FinalPlace<FoundHead> {
  return {
    committed: () => findObject(context, facts, facts.key, call),
    storedObject: ({ head }) => storedObject(context, facts.key, objectFacts(head)),
    remove: () => removeObject(context, facts.key, call),
  };
}

/** Puts an empty object with this metadata under the pending name of an upload. */
export async function mark(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  metadata: Record<string, string>,
  call: SignerCall,
): Promise<void> {
  const Key = pendingName(settings.prefix, facts.key);
  await caller.ask('marking the upload as refused', call, (client, options) =>
    client.send(
      new PutObjectCommand({ Bucket: facts.bucket, Key, Body: new Uint8Array(), Metadata: metadata }),
      options,
    ),
  );
}

/** The refusal of an upload that was marked, or null. */
export async function markedRefusal(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<Refused | null> {
  const head = await headObject(context, pendingName(context.settings.prefix, facts.key), call);
  return head === null ? null : refusalIn(head.Metadata ?? {});
}
