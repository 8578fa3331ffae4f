import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import {
  type BeginCall,
  beginFacts,
  type FileFacts,
  type Plan,
  partSizeFor,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { landingName } from './landing.ts';
import { MAX_PARTS } from './limits.ts';
import { objectParameters } from './metadata.ts';
import { planOf } from './plan.ts';
import type { Settings } from './settings.ts';
import { signParts } from './sign.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * Chooses key, shape and part size. A trusted client's file in one request costs no request here; parts cost one. A
 * file that must stay hidden until its commit is the only part of an upload: see the README for why.
 */
export async function begin(context: SignerContext, file: FileFacts, call: BeginCall): Promise<Plan> {
  const { settings, clock } = context;
  const common = beginFacts({ ...settings, streamSize: settings.partSize * MAX_PARTS }, clock, file, call);
  const single = file.size !== null && file.size <= settings.singleUpTo;
  const facts: TicketFacts = {
    ...common,
    uploadId: null,
    single,
    partSize: partSizeFor(common.maxSize, settings.partSize, single ? 1 : MAX_PARTS),
    checksum: settings.checksum,
    plainETags: settings.encryption?.type !== 'aws:kms',
  };
  if (!single) return planOf(await beginParts(context, facts, call), clock.now(), []);
  const begun = isOnePart(facts, settings) ? await beginParts(context, facts, call) : facts;
  const ready = facts.checksum === 'none' || file.digests[facts.checksum] !== undefined;
  const wanted = { number: 1, size: file.size, digests: file.digests };
  return planOf(begun, clock.now(), ready ? await signParts(context, begun, [wanted]) : []);
}

/**
 * Whether a file in one request is the only part of an upload, so that nothing its sender adds to the request says
 * what the object is. Amazon refuses unsigned headers that would; Ceph takes `x-amz-acl: public-read`.
 */
function isOnePart({ staging }: TicketFacts, { endpoint }: Pick<Settings, 'endpoint'>): boolean {
  return staging === 'hidden' || (staging === 'readable' && endpoint !== null);
}

async function beginParts(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<TicketFacts> {
  const { uploadId, encryption } = await createUpload(
    context,
    landingName(facts, context.settings),
    facts,
    call,
  );
  // The bucket's own default may be KMS, too.
  return { ...facts, uploadId, plainETags: facts.plainETags && !encryption.startsWith('aws:') };
}

/** Begins an upload of parts under a name, with everything that the object is to be. */
export async function createUpload(
  { caller, settings }: SignerContext,
  key: string,
  facts: TicketFacts,
  call: SignerCall,
): Promise<{ readonly uploadId: string; readonly encryption: string }> {
  const { StorageClass, ...parameters } = objectParameters({ ...facts, uploadId: 'parts' }, settings);
  const created = await caller.ask('beginning an upload of parts', call, (client, options) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: facts.bucket,
        Key: key,
        ...parameters,
        // What waits a moment would be billed for a month in some classes.
        ...(StorageClass === undefined || key !== facts.key ? {} : { StorageClass }),
        ...(facts.checksum === 'crc32' ? { ChecksumType: 'FULL_OBJECT' } : {}),
      }),
      options,
    ),
  );
  if (!created.UploadId)
    throw new TransferError('bad-answer', 'beginning an upload of parts: no upload id came');
  return { uploadId: created.UploadId, encryption: created.ServerSideEncryption ?? '' };
}
