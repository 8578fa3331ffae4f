import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Commit, Manifest, SignerCall } from '@mesibo-files/handler-core';
import { isOurs, objectFault, type Refused, refused } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { discard, removeObject } from './discard.ts';
import { objectFacts, storedObject } from './head.ts';
import { wholeChecksums, wholeMd5 } from './integrity.ts';
import type { TicketFacts } from './ticket.ts';

/** Compares the object that is there with what was meant: stored, or refused and removed. Others' objects are left. */
export async function verify(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  head: HeadObjectCommandOutput,
  call: SignerCall,
): Promise<Commit> {
  if (!isOurs(head.Metadata, facts))
    return refused('object-exists', 'the object there is of another transfer');
  const md5 = wholeMd5(head);
  const { crc32 } = wholeChecksums(head);
  const fault = objectFault(facts, manifest, {
    size: head.ContentLength ?? 0,
    // Of parts, the type was bound when the upload began, by the signer itself.
    contentType: facts.uploadId === null ? (head.ContentType ?? '') : null,
    digests: { ...(crc32 === undefined ? {} : { crc32 }), ...(md5 === null ? {} : { md5 }) },
  });
  if (fault === null)
    return { state: 'stored', object: await storedObject(context, facts.key, objectFacts(head)) };
  await removeObject(context, facts.key, call);
  return fault;
}

/** Gives an upload up that is not what was planned. */
export async function refuse(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
  refusal: Refused,
): Promise<Commit> {
  await discard(context, facts, call);
  return refusal;
}
