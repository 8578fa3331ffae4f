import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  ListPartsCommand,
  type Part,
} from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import {
  abortParts,
  cacheControlFor,
  contentDisposition,
  type Digests,
  type ListedPartsUpload,
  type Manifest,
  type PartFacts,
  type Refused,
  refused,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { md5OfETag } from '../format/digests.ts';
import { lockedUntil, metadataOf } from '../format/metadata.ts';
import { type Settings, whoPays } from '../options.ts';
import { landingName, type TicketFacts } from '../ticket.ts';
import type { SignerContext } from './context.ts';
import { type DigestProof, NOT_IMPLEMENTED } from './findings.ts';

/** Begins an upload of parts under a name, with everything that the object is to be. */
export async function createUpload(
  { caller, settings }: SignerContext,
  key: string,
  facts: TicketFacts,
  call: SignerCall,
): Promise<{ readonly uploadId: string; readonly encryption: string }> {
  const atOnce = key === facts.key;
  const parameters = objectParameters({ ...facts, uploadId: 'parts' }, settings, atOnce);
  const created = await caller.ask('beginning an upload of parts', call, (client, options) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: facts.bucket,
        Key: key,
        ...parameters,
        ...whoPays(settings),
        ...(facts.checksum === 'crc32' ? { ChecksumType: 'FULL_OBJECT' } : {}),
      }),
      options,
    ),
  );
  if (!created.UploadId)
    throw new TransferError('bad-answer', 'beginning an upload of parts: no upload id came');
  return { uploadId: created.UploadId, encryption: created.ServerSideEncryption ?? '' };
}

/** What an object is, as the SDK's calls take it: the signer's own word, whoever sent the bytes. */
type ObjectParameters = Omit<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'>;

/** The same as `objectHeaders`, for the signer's own calls. `atOnce`: the object lands under its final key. */
function objectParameters(facts: TicketFacts, settings: Settings, atOnce: boolean): ObjectParameters {
  const { encryption, objectLock, storageClass, tagging } = settings;
  const cacheControl = cacheControlFor(settings.cacheControl, facts);
  return {
    ContentType: facts.contentType,
    ContentDisposition: contentDisposition(facts.name, facts.contentType),
    Metadata: metadataOf(facts),
    ...(cacheControl === null ? {} : { CacheControl: cacheControl }),
    // What waits a moment would be billed for a month in some classes, and could not be removed under a lock.
    ...(storageClass === null || !atOnce ? {} : { StorageClass: storageClass }),
    ...(tagging === null || !atOnce ? {} : { Tagging: tagging }),
    ...(objectLock === null || !atOnce
      ? {}
      : {
          ObjectLockMode: objectLock.mode,
          ObjectLockRetainUntilDate: lockedUntil(facts, objectLock),
        }),
    ...(encryption === null ? {} : { ServerSideEncryption: encryption.type }),
    ...(encryption?.type === 'aws:kms' && encryption.keyId !== undefined
      ? { SSEKMSKeyId: encryption.keyId }
      : {}),
    ...(facts.checksum === 'crc32' ? { ChecksumAlgorithm: 'CRC32' } : {}),
  };
}

/** Codes of an upload that the store no longer knows. After a Complete, Ceph 16 speaks of the key. */
export const UPLOAD_GONE: readonly string[] = ['NoSuchUpload', 'NoSuchKey'];

/** A part that the store lists. */
export interface ListedPart extends PartFacts {
  /** As Complete wants it back; null where the store lists none. */
  readonly etag: string | null;
}

/** Which upload of parts, by its object's name in the bucket. */
type OpenUpload = Pick<ListedPartsUpload, 'name' | 'uploadId'>;

/** All parts that the store holds of an upload, by number; null when it no longer knows the upload. */
export async function listParts(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
  name: string = landingName(facts, context.settings),
): Promise<ReadonlyMap<number, ListedPart> | null> {
  const parts = new Map<number, ListedPart>();
  for await (const page of partPages(context, { name, uploadId: facts.uploadId ?? '' }, call)) {
    if (page === null) return null;
    for (const part of page) {
      const listed = listedPart(part, facts, context.findings.proven);
      parts.set(listed.number, listed);
    }
  }
  return parts;
}

/**
 * When the newest part of an upload arrived, in milliseconds since 1970; NaN where it has none; null when the store no
 * longer knows the upload.
 */
export async function lastPartAt(
  context: SignerContext,
  upload: OpenUpload,
  call: SignerCall,
): Promise<number | null> {
  let last = Number.NaN;
  for await (const page of partPages(context, upload, call)) {
    if (page === null) return null;
    for (const { LastModified } of page) {
      const time = LastModified?.getTime() ?? Number.NaN;
      if (Number.isNaN(last) || time > last) last = time;
    }
  }
  return last;
}

/** The parts of an upload, page by page; null when the store no longer knows the upload. */
async function* partPages(
  { caller, settings }: SignerContext,
  { name, uploadId }: OpenUpload,
  call: SignerCall,
): AsyncIterable<readonly Part[] | null> {
  const place = { Bucket: settings.bucket, Key: name, UploadId: uploadId, ...whoPays(settings) };
  let marker: string | undefined;
  for (;;) {
    const more = marker === undefined ? {} : { PartNumberMarker: marker };
    const page = await caller.attempt('listing the parts', call, UPLOAD_GONE, (client, options) =>
      client.send(new ListPartsCommand({ ...place, ...more }), options),
    );
    if (page.code !== null) return yield null;
    if (page.output.UploadId === undefined && page.output.Key === undefined) {
      throw new TransferError('bad-answer', 'listing the parts: the answer is no list');
    }
    yield page.output.Parts ?? [];
    const next = page.output.NextPartNumberMarker;
    if (page.output.IsTruncated !== true) return;
    // A store that gives the same marker again would be asked for ever.
    if (next === undefined || next === marker)
      throw new TransferError('bad-answer', 'listing the parts: no end to it');
    marker = next;
  }
}

/** Whether the store still takes parts of an upload. */
export async function isOpen(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<boolean> {
  if (facts.uploadId === null) return false;
  const place = {
    Bucket: facts.bucket,
    Key: landingName(facts, settings),
    UploadId: facts.uploadId,
    ...whoPays(settings),
  };
  const outcome = await caller.attempt('looking at the upload', call, UPLOAD_GONE, (client, options) =>
    client.send(new ListPartsCommand({ ...place, MaxParts: 1 }), options),
  );
  return outcome.code === null;
}

/** @throws `bad-answer` for a part of no number or size */
function listedPart(part: Part, facts: TicketFacts, proven: DigestProof | null): ListedPart {
  const { PartNumber, Size, ETag } = part;
  if (PartNumber === undefined || Size === undefined) {
    throw new TransferError('bad-answer', 'listing the parts: one has no number or no size');
  }
  const plain = facts.plainETags && proven?.plainETags !== false;
  return { number: PartNumber, size: Size, digests: digestsOf(part, facts, plain), etag: ETag || null };
}

/** Only digests that the engine knows of this upload, too. `plain`: ETags are MD5s, as far as anyone knows. */
function digestsOf(part: Part, { checksum }: TicketFacts, plain: boolean): Digests {
  if (checksum === 'crc32') return part.ChecksumCRC32 ? { crc32: part.ChecksumCRC32 } : {};
  const md5 = checksum === 'md5' && plain ? md5OfETag(part.ETag) : null;
  return md5 === null ? {} : { md5 };
}

/** Aborts an upload of parts. False: the store no longer knew it. */
export function abortUpload(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  call: SignerCall,
): Promise<boolean> {
  const place = {
    Bucket: facts.bucket,
    Key: landingName(facts, context.settings),
    UploadId: uploadId,
    ...whoPays(context.settings),
  };
  const abort = async (): Promise<boolean> => {
    const { code } = await context.caller.attempt(
      'discarding the upload',
      call,
      UPLOAD_GONE,
      (client, options) => client.send(new AbortMultipartUploadCommand(place), options),
    );
    return code === null;
  };
  return abortParts(abort, () => listParts(context, facts, call));
}

/** Refusals that have a meaning here; the SDK finds those that come with a 200, too. */
const EXPECTED = [
  ...UPLOAD_GONE,
  'PreconditionFailed',
  'InvalidPart',
  'BadDigest',
  'XAmzContentChecksumMismatch',
];

/** The store's answer to a Complete. */
export type CompletedUpload = CompleteMultipartUploadCommandOutput;

/** What came of putting parts together. */
export type Completed =
  | { readonly state: 'done'; readonly output: CompletedUpload }
  /** The store no longer knows the upload. */
  | { readonly state: 'gone' }
  /** A part is not there, or another than named. */
  | { readonly state: 'changed' }
  /** An object is there already. */
  | { readonly state: 'exists' }
  | { readonly state: 'refused'; readonly why: Refused };

/** An upload of parts that are all there. */
export interface WholeUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly parts: readonly Pick<ListedPart, 'number' | 'etag' | 'digests'>[];
  /** Whether the store holds parts beyond these. */
  readonly strays: boolean;
}

/** Puts the parts of an upload together. */
export async function complete(
  context: SignerContext,
  facts: TicketFacts,
  upload: WholeUpload,
  meant: Pick<Manifest, 'size' | 'digests'>,
  call: SignerCall,
): Promise<Completed> {
  const { caller, findings, settings } = context;
  const { key, uploadId, parts, strays } = upload;
  const { size, digests } = meant;
  const crc32 = facts.checksum === 'crc32' ? digests.crc32 : undefined;
  const { conditionalWrites } = findings;
  const expected = conditionalWrites ? [...EXPECTED, NOT_IMPLEMENTED] : EXPECTED;
  const outcome = await caller.attempt('putting the parts together', call, expected, (client, options) =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: facts.bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: {
          Parts: parts.map((part) => ({
            PartNumber: part.number,
            ...(part.etag === null ? {} : { ETag: part.etag }),
            ...(part.digests.crc32 === undefined ? {} : { ChecksumCRC32: part.digests.crc32 }),
          })),
        },
        ...whoPays(settings),
        ...(conditionalWrites ? { IfNoneMatch: '*' } : {}),
        // Stores that know no CRC32 need not know the size header either.
        ...(facts.checksum === 'crc32' ? { ChecksumType: 'FULL_OBJECT', MpuObjectSize: size } : {}),
        ...(crc32 === undefined ? {} : { ChecksumCRC32: crc32 }),
      }),
      options,
    ),
  );
  switch (outcome.code) {
    case null:
      return { state: 'done', output: outcome.output };
    case 'NoSuchUpload':
    case 'NoSuchKey':
      return { state: 'gone' };
    case 'PreconditionFailed':
      return { state: 'exists' };
    case NOT_IMPLEMENTED:
      // Swift knows no condition, and says so.
      findings.refusesConditions();
      return complete(context, facts, upload, meant, call);
    case 'InvalidPart':
      // Ceph 16 puts all parts together or none, and a single one can't be removed.
      if (strays)
        return { state: 'refused', why: refused('size-mismatch', 'the store holds parts beyond the end') };
      return { state: 'changed' };
    default:
      return {
        state: 'refused',
        why: refused('digest-mismatch', 'the store holds other bytes than were sent'),
      };
  }
}

/**
 * Puts together an upload whose only part is known without listing it. `changed`: look at its parts after all. Ceph 16
 * fails so where the upload was completed before.
 */
export async function completeOnly(
  context: SignerContext,
  facts: TicketFacts,
  place: Pick<WholeUpload, 'key' | 'uploadId'>,
  only: ListedPart,
  call: SignerCall,
): Promise<Completed> {
  const { size, digests } = only;
  const upload = { ...place, parts: [only], strays: false };
  try {
    return await complete(context, facts, upload, { size, digests }, call);
  } catch (error) {
    if (TransferError.is(error) && error.code === 'server-error') return { state: 'changed' };
    throw error;
  }
}

/** The error of parts that changed between their list and their being put together. */
export function partChanged(): TransferError {
  return new TransferError('server-error', 'putting the parts together: a part changed meanwhile');
}
