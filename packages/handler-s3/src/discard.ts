import { AbortMultipartUploadCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { isOurs } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headObject } from './head.ts';
import { listParts, UPLOAD_GONE } from './listing.ts';
import type { TicketFacts } from './ticket.ts';

/** Parts in flight can arrive after an abort; so often it is repeated. */
const MOST_ABORTS = 5;

/** Gives an upload up, and removes what the store holds of it. */
export async function discard(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  if (facts.uploadId !== null) return abort(context, facts, facts.uploadId, call);
  const head = await headObject(context, facts.key, call);
  if (head !== null && isOurs(head.Metadata, facts)) await removeObject(context, facts.key, call);
}

async function abort(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  call: SignerCall,
): Promise<void> {
  const place = { Bucket: facts.bucket, Key: facts.key, UploadId: uploadId };
  for (let round = 0; round < MOST_ABORTS; round++) {
    const aborted = await context.caller.attempt(
      'discarding the upload',
      call,
      UPLOAD_GONE,
      (client, options) => client.send(new AbortMultipartUploadCommand(place), options),
    );
    if (aborted.code !== null || !(await listParts(context, facts, call))?.size) return;
  }
  throw new TransferError('server-error', 'discarding the upload: parts of it keep arriving');
}

/** Deletes an object; that it is gone already is as good. */
export async function removeObject(
  { caller, settings }: SignerContext,
  key: string,
  call: SignerCall,
): Promise<void> {
  await caller.attempt('removing the object', call, ['NoSuchKey', 'NotFound'], (client, options) =>
    client.send(new DeleteObjectCommand({ Bucket: settings.bucket, Key: key }), options),
  );
}
