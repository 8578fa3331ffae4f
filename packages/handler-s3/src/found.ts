import { type HeadObjectCommandOutput, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  type FinalPlace,
  pendingName,
  type Refused,
  refusalIn,
  type SignerCall,
  type StagedObject,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headObject, objectFacts, removeObject, storedObject } from './head.ts';
import { wholeChecksums, wholeMd5 } from './integrity.ts';
import type { TicketFacts } from './ticket.ts';

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
