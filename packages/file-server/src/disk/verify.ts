import type { Commit, Manifest } from '@mesibo-files/handler-core';
import { isOurs, objectFault, type Refused, refused } from '@mesibo-files/handler-core/provider';
import type { DiskContext } from './context.ts';
import { discard } from './discard.ts';
import type { ObjectRecord } from './folder/object-record.ts';
import { removeObject } from './folder/objects.ts';
import { storedObject } from './head.ts';
import type { TicketFacts } from './ticket.ts';

/** How what is stored differs from what was meant, or null. */
export function faultIn(facts: TicketFacts, manifest: Manifest, record: ObjectRecord): Refused | null {
  const { size, contentType, crc32 } = record;
  return objectFault(facts, manifest, { size, contentType, digests: { crc32 } });
}

/** Compares the object that is in its place with what was meant. Others' objects are left, and so is one that was committed. */
export async function verify(
  context: DiskContext,
  facts: TicketFacts,
  manifest: Manifest,
  found: ObjectRecord,
): Promise<Commit> {
  if (!isOurs(found.metadata, facts) || found.session !== facts.session) {
    return refused('object-exists', 'the object there is of another transfer');
  }
  const fault = faultIn(facts, manifest, found);
  if (fault === null) return { state: 'stored', object: storedObject(context, found) };
  if (facts.session === null) await removeObject(await context.folder(), facts.key);
  return fault;
}

/** Gives an upload up that is not what was planned. */
export async function refuse(context: DiskContext, facts: TicketFacts, why: Refused): Promise<Commit> {
  await discard(context, facts);
  return why;
}
