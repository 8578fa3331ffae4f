import type { BlobItem } from '@azure/storage-blob';
import type { SignerCall, Unfinished } from '@mesibo-files/handler-core';
import { sweptFacts } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headBlob } from './head.ts';
import { listBlobs, listFolders } from './list-blobs.ts';
import { keyOfStaged, stagingFolder } from './staging.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

/** Uploads of blocks under the prefix that were begun so long ago (milliseconds) and never ended. */
export async function* unfinished(
  context: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { clock, settings } = context;
  const begunAt = ({ properties }: BlobItem): number =>
    (properties.createdOn ?? properties.lastModified ?? new Date(clock.now())).getTime();
  const isOld = (blob: BlobItem): boolean => clock.now() - begunAt(blob) > olderThan;
  for await (const blob of listBlobs(context, stagingFolder(settings.prefix), call)) {
    if (!isOld(blob)) continue;
    const ticket = sweepTicket(context, keyOfStaged(blob.name, settings.prefix), 'staged', begunAt(blob));
    yield { ticket, begunAt: begunAt(blob) };
  }
  if (context.createSuffices === false) return;
  for await (const folder of recentFolders(context, call)) {
    for await (const blob of listBlobs(context, folder, call)) {
      if (blob.properties.contentLength !== 0 || !isOld(blob)) continue;
      // The list does not tell an empty file from one of which only blocks are there.
      if ((await headBlob(context, blob.name, call)) !== null) continue;
      yield { ticket: sweepTicket(context, blob.name, 'parts', begunAt(blob)), begunAt: begunAt(blob) };
    }
  }
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
  way: TicketFacts['way'],
  begunAt: number,
): string {
  return writeTicket({ ...sweptFacts(settings.baseUrl, key, begunAt), way, partSize: 1, checksum: 'none' });
}
