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
import { whoPays } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';
import type { CallOptions } from './client.ts';
import type { SignerContext } from './context.ts';
import { OF_NOTHING } from './findings.ts';

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** The store's answer to a HEAD, with what no answer of a store may lack. */
export type ObjectHead = HeadObjectCommandOutput & { readonly ContentLength: number; readonly ETag: string };

const NOT_THERE = ['NoSuchKey', 'NotFound'];

/** What the store says of an object, or null when there is none. */
export async function headObject(
  context: SignerContext,
  key: string,
  call: SignerCall,
): Promise<ObjectHead | null> {
  const { caller, settings } = context;
  const place = { Bucket: settings.bucket, Key: key, ...whoPays(settings) };
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
  const head = outcome.output;
  const { ContentLength, ETag } = head;
  if (ETag === undefined) {
    throw new TransferError('bad-answer', 'looking at the object: the answer is of no S3 store');
  }
  return { ...head, ETag, ContentLength: ContentLength ?? (await lengthOf(context, place, ETag, call)) };
}

/**
 * Bytes of an object whose HEAD did not tell, or told 0, as answers do that go through a CDN or a proxy: a GET of the
 * first byte says of how many it is.
 *
 * @throws `bad-answer` where it does not
 */
async function lengthOf(
  { caller }: SignerContext,
  place: Place,
  etag: string,
  call: SignerCall,
): Promise<number> {
  const doing = 'asking for the size of the object';
  const answer = await caller.ask(doing, call, (client, options) =>
    client.send(new GetObjectCommand({ ...place, Range: 'bytes=0-0' }), options).then(
      async ({ Body, ContentLength, ContentRange, ETag, $metadata }) => {
        // A store that knows no ranges sends all of it.
        closeBody(Body);
        const [, total] = /^bytes 0-0\/(\d{1,16})$/.exec(ContentRange?.trim() ?? '') ?? [];
        const whole = $metadata.httpStatusCode === 200 ? ContentLength : undefined;
        return { same: ETag === etag, size: total === undefined ? whole : Number(total) };
      },
      (error: unknown) => {
        // An empty object has no first byte.
        if (readFailure(error).status === 416) return { same: true, size: 0 };
        throw error;
      },
    ),
  );
  if (!answer.same) throw new TransferError('server-error', `${doing}: it changes just now`);
  if (answer.size === undefined) throw new TransferError('bad-answer', `${doing}: the store does not tell`);
  return answer.size;
}

function closeBody(body: object | undefined): void {
  if (body !== undefined && 'destroy' in body && typeof body.destroy === 'function') body.destroy();
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
export function objectFacts(head: ObjectHead): ObjectFacts {
  return {
    size: head.ContentLength,
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
  const base = context.settings.publicUrl ?? (await context.home.location()).baseUrl;
  return { ...facts, key, url: fileUrlFor(base, key) };
}

/** Deletes an object; that it is gone already is as good. */
export async function removeObject(
  { caller, settings }: SignerContext,
  key: string,
  call: SignerCall,
): Promise<void> {
  await caller.attempt('removing the object', call, NOT_THERE, (client, options) =>
    client.send(
      new DeleteObjectCommand({ Bucket: settings.bucket, Key: key, ...whoPays(settings) }),
      options,
    ),
  );
}

/** An object as the commit compares it. */
export interface FoundHead extends StagedObject {
  readonly head: ObjectHead;
}

/** What the store says of an object that this upload may have made, or null. */
export async function findObject(
  context: SignerContext,
  facts: TicketFacts,
  key: string,
  call: SignerCall,
): Promise<FoundHead | null> {
  const told = await headObject(context, key, call);
  if (told === null) return null;
  const head = await withTrueSize(context, key, told, facts.size, call);
  const md5 = context.findings.proven?.plainETags === false ? null : wholeMd5(head);
  const { crc32 } = wholeChecksums(head);
  return {
    head,
    size: head.ContentLength,
    // Of parts, the type was bound when the upload began, by the signer itself. What is not told is not wrong.
    contentType: facts.uploadId === null ? (head.ContentType ?? null) : null,
    digests: { ...(crc32 === undefined ? {} : { crc32 }), ...(md5 === null ? {} : { md5 }) },
    metadata: head.Metadata ?? {},
  };
}

/** A size of 0 is doubted where bytes were meant to be there: it may be the proxy's. */
export async function withTrueSize(
  context: SignerContext,
  key: string,
  head: ObjectHead,
  meant: number | null,
  call: SignerCall,
): Promise<ObjectHead> {
  if (head.ContentLength > 0 || meant === 0 || refusalIn(head.Metadata ?? {}) !== null) return head;
  const { settings } = context;
  const place = { Bucket: settings.bucket, Key: key, ...whoPays(settings) };
  return { ...head, ContentLength: await lengthOf(context, place, head.ETag, call) };
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
      new PutObjectCommand({
        Bucket: facts.bucket,
        Key,
        Body: new Uint8Array(),
        // A bucket with object lock takes nothing without it.
        ContentMD5: OF_NOTHING,
        Metadata: metadata,
        ...whoPays(settings),
      }),
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
