import {
  KEPT_FOR,
  keyOfPending,
  pendingFolder,
  refusalIn,
  type SignerCall,
  sweptFacts,
  type Unfinished,
} from '@mesibo-files/handler-core/provider';
import { headBlob } from './store/blobs.ts';
import { createSuffices, type SignerContext } from './store/context.ts';
import { type ListedBlob, listBlobs, listFolders } from './store/list.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

/**
 * Uploads that began so long ago (milliseconds) and never ended: everything in the pending folder, and blocks under
 * keys. A refusal's mark is listed once its client's ticket is over.
 */
export async function* unfinished(
  context: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { clock, settings } = context;
  for await (const blob of listBlobs(context, pendingFolder(settings.prefix), call)) {
    const { lastModified, createdOn } = blob.properties;
    const begunAt = (lastModified ?? createdOn ?? new Date(clock.now())).getTime();
    const age = clock.now() - begunAt;
    const marked = refusalIn(blob.metadata ?? {}) !== null;
    if (age <= olderThan || (marked && age <= KEPT_FOR)) continue;
    const key = keyOfPending(settings.prefix, blob.name);
    yield { ticket: sweepTicket(context, key, { way: 'staged', staging: 'hidden' }, begunAt), begunAt };
  }
  if (createSuffices(context) === false) return;
  for await (const folder of recentFolders(context, call)) {
    for await (const blob of listBlobs(context, folder, call)) {
      const begunAt = begunOf(blob, clock.now());
      if (blob.properties.contentLength !== 0 || clock.now() - begunAt <= olderThan) continue;
      // The list does not tell an empty file from one of which only blocks are there.
      if ((await headBlob(context, blob.name, call)) !== null) continue;
      yield { ticket: sweepTicket(context, blob.name, { way: 'parts', staging: 'none' }, begunAt), begunAt };
    }
  }
}

function begunOf({ properties: { createdOn, lastModified } }: ListedBlob, now: number): number {
  return (createdOn ?? lastModified ?? new Date(now)).getTime();
}

/** Blocks lapse in a week, so only keys of this month and the one before can have some. */
async function* recentFolders(context: SignerContext, call: SignerCall): AsyncIterable<string> {
  const { clock, settings } = context;
  const root = settings.prefix === '' ? '' : `${settings.prefix}/`;
  const now = new Date(clock.now());
  const months = [0, 1].map((back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back))
      .toISOString()
      .slice(0, 7)
      .replace('-', '/'),
  );
  for await (const folder of listFolders(context, root, call)) {
    if (!/^-?\d+\/$/.test(folder.slice(root.length))) continue;
    for (const month of months) yield `${folder}${month}/`;
  }
}

function sweepTicket(
  { settings }: SignerContext,
  key: string,
  where: Pick<TicketFacts, 'way' | 'staging'>,
  begunAt: number,
): string {
  const facts = sweptFacts(settings.baseUrl, key, begunAt);
  return writeTicket({ ...facts, ...where, partSize: 1, checksum: 'none' });
}
