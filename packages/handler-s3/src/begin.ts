import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import {
  contentDisposition,
  type FileFacts,
  type Plan,
  type SignerCall,
  TransferError,
} from '@mesibo-files/handler-core';
import { beginFacts, cacheControlFor, partSizeFor } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { MAX_PARTS } from './limits.ts';
import { metadataOf } from './metadata.ts';
import { planOf } from './plan.ts';
import { signParts } from './sign.ts';
import type { TicketFacts } from './ticket.ts';

/** Chooses key, shape and part size. A file in one request costs no request here; parts cost one. */
export async function begin(context: SignerContext, file: FileFacts, call: SignerCall): Promise<Plan> {
  const { settings, clock } = context;
  const common = beginFacts({ ...settings, streamSize: settings.partSize * MAX_PARTS }, clock, file);
  const facts: TicketFacts = {
    ...common,
    uploadId: null,
    partSize: partSizeFor(common.maxSize, settings.partSize, MAX_PARTS),
    checksum: settings.checksum,
    plainETags: settings.encryption?.type !== 'aws:kms',
  };
  if (file.size === null || file.size > settings.singleUpTo) return beginParts(context, facts, call);
  const ready = facts.checksum === 'none' || file.digests[facts.checksum] !== undefined;
  const wanted = { number: 1, size: file.size, digests: file.digests };
  return planOf(facts, clock.now(), ready ? await signParts(context, facts, [wanted]) : []);
}

async function beginParts(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Plan> {
  const { settings, caller, clock } = context;
  const { encryption } = settings;
  const cacheControl = cacheControlFor(settings.cacheControl, facts);
  const created = await caller.ask('beginning an upload of parts', call, (client, options) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: facts.bucket,
        Key: facts.key,
        ContentType: facts.contentType,
        ContentDisposition: contentDisposition(facts.name, facts.contentType),
        Metadata: metadataOf({ ...facts, uploadId: 'parts' }),
        ...(cacheControl === null ? {} : { CacheControl: cacheControl }),
        ...(settings.storageClass === null ? {} : { StorageClass: settings.storageClass }),
        ...(encryption === null ? {} : { ServerSideEncryption: encryption.type }),
        ...(encryption?.type === 'aws:kms' && encryption.keyId !== undefined
          ? { SSEKMSKeyId: encryption.keyId }
          : {}),
        ...(facts.checksum === 'crc32' ? { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } : {}),
      }),
      options,
    ),
  );
  if (!created.UploadId)
    throw new TransferError('bad-answer', 'beginning an upload of parts: no upload id came');
  // The bucket's own default may be KMS, too.
  const plainETags = !(created.ServerSideEncryption ?? encryption?.type ?? '').startsWith('aws:');
  return planOf({ ...facts, uploadId: created.UploadId, plainETags }, clock.now(), []);
}
