import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import {
  abortParts,
  dropOwn,
  pendingName,
  refusalIn,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { finalPlace } from './found.ts';
import { headObject, removeObject } from './head.ts';
import { landingName } from './landing.ts';
import { listParts, UPLOAD_GONE } from './listing.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * Gives an upload up, and removes what the store holds of it. Of a trusted one that is its object too: the answer to
 * its commit may have been lost.
 */
export async function discard(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  const aborted = facts.uploadId !== null && (await abortUpload(context, facts, facts.uploadId, call));
  if (facts.staging === 'readable') return dropPending(context, facts, call);
  if (facts.staging === 'none' && !aborted) await dropOwn(finalPlace(context, facts, call), facts);
}

/** Aborts an upload of parts. False: the store no longer knew it. */
export function abortUpload(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  call: SignerCall,
): Promise<boolean> {
  const place = { Bucket: facts.bucket, Key: landingName(facts, context.settings), UploadId: uploadId };
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

/** Removes what waits, unless it is the mark of a refusal: that goes with time, by the sweeper or the lifecycle rule. */
async function dropPending(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  const name = pendingName(context.settings.prefix, facts.key);
  if (facts.transferId !== '') {
    const head = await headObject(context, name, call);
    if (head === null || refusalIn(head.Metadata ?? {}) !== null) return;
  }
  await removeObject(context, name, call);
}
