import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Commit, Manifest, SignerCall } from '@mesibo-files/handler-core';
import type { SignerContext } from './context.ts';
import { discard, removeObject } from './discard.ts';
import { objectFacts, storedObject } from './head.ts';
import { wholeChecksums, wholeMd5 } from './integrity.ts';
import { isOurs } from './metadata.ts';
import type { TicketFacts } from './ticket.ts';

type Refused = Extract<Commit, { state: 'refused' }>;

/** Compares the object that is there with what was meant: stored, or refused and removed. Others' objects are left. */
export async function verify(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  head: HeadObjectCommandOutput,
  call: SignerCall,
): Promise<Commit> {
  if (!isOurs(head.Metadata, facts))
    return refusal('object-exists', 'the object there is of another transfer');
  const fault = faultOf(facts, manifest, head);
  if (fault === null)
    return { state: 'stored', object: await storedObject(context, facts.key, objectFacts(head)) };
  await removeObject(context, facts.key, call);
  return fault;
}

function faultOf(facts: TicketFacts, manifest: Manifest, head: HeadObjectCommandOutput): Refused | null {
  const size = head.ContentLength ?? 0;
  if (size !== manifest.size || (facts.size !== null && size !== facts.size)) {
    return refusal('size-mismatch', `the store holds ${size} bytes of ${manifest.size}`);
  }
  if (facts.uploadId === null && head.ContentType?.toLowerCase() !== facts.contentType.toLowerCase()) {
    return refusal('type-refused', 'the store holds another content type than was planned');
  }
  const meant = { ...manifest.digests, ...(facts.uploadId === null ? manifest.parts[0]?.digests : {}) };
  const { crc32 } = wholeChecksums(head);
  const md5 = wholeMd5(head);
  const differs = (a: string | null | undefined, b: string | undefined): boolean => !!a && !!b && a !== b;
  if (differs(crc32, meant.crc32) || differs(md5, meant.md5)) {
    return refusal('digest-mismatch', 'the store holds other bytes than were sent');
  }
  return null;
}

/** Gives an upload up that is not what was planned. */
export async function refuse(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
  code: Refused['code'],
  reason: string,
): Promise<Commit> {
  await discard(context, facts, call);
  return refusal(code, reason);
}

function refusal(code: Refused['code'], reason: string): Refused {
  return { state: 'refused', code, reason };
}
