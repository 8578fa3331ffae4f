import { TransferError } from '@mesibo-files/handler-core';
import {
  keyOfPending,
  pendingFolder,
  type SignerCall,
  sweptFacts,
  type Unfinished,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { bucketUrl, xmlUrl } from './location.ts';
import { readListing } from './resource.ts';
import type { Settings } from './settings.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';
import { elements, textOf } from './xml.ts';

/**
 * Uploads under the prefix that were begun so long ago (milliseconds) and never ended: those of parts, and what waits
 * under a pending name. Sessions can't be listed.
 */
export async function* unfinished(
  context: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  if (context.settings.upload !== 'session') yield* unfinishedParts(context, olderThan, call);
  yield* pendingObjects(context, olderThan, call);
}

async function* unfinishedParts(
  { caller, clock, location, settings }: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { prefix } = settings;
  let markers: Record<string, string> = {};
  for (;;) {
    const query = { uploads: '', ...(prefix === '' ? {} : { prefix: `${prefix}/` }), ...markers };
    const url = xmlUrl(location, null, query);
    const page = await caller.send('listing unfinished uploads', call, { method: 'GET', url, by: 'token' });
    if (elements(page.body, 'ListMultipartUploadsResult').length === 0) {
      throw new TransferError('bad-answer', 'listing unfinished uploads: the answer is no list');
    }
    for (const one of elements(page.body, 'Upload')) {
      const name = textOf(one, 'Key');
      const uploadId = textOf(one, 'UploadId');
      const begunAt = Date.parse(textOf(one, 'Initiated') ?? '');
      if (!name || !uploadId || !(clock.now() - begunAt > olderThan)) continue;
      if (prefix === '' || name.startsWith(`${prefix}/`))
        yield { ticket: writeTicket(sweepFacts(settings, name, uploadId, begunAt)), begunAt };
    }
    const next = markersOf(page.body);
    const same = Object.entries(next).every(([name, value]) => markers[name] === value);
    if (textOf(page.body, 'IsTruncated') !== 'true' || same) return;
    markers = next;
  }
}

async function* pendingObjects(
  { caller, clock, location, settings }: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const prefix = pendingFolder(settings.prefix);
  let pageToken = '';
  for (;;) {
    const query = new URLSearchParams({ prefix, ...(pageToken === '' ? {} : { pageToken }) });
    const url = `${bucketUrl(location)}/o?${query}`;
    const page = await caller.send('listing pending uploads', call, { method: 'GET', url, by: 'token' });
    const list = readListing(page.body);
    if (list === null)
      throw new TransferError('bad-answer', 'listing pending uploads: the answer is no list');
    for (const { name, createdAt } of list.objects) {
      if (!name.startsWith(prefix) || name === prefix || !(clock.now() - createdAt > olderThan)) continue;
      const ticket = writeTicket(sweepFacts(settings, name, null, createdAt));
      yield { ticket, begunAt: createdAt };
    }
    if (list.next === '' || list.next === pageToken) return;
    pageToken = list.next;
  }
}

function markersOf(page: string): Record<string, string> {
  const key = textOf(page, 'NextKeyMarker');
  const uploadId = textOf(page, 'NextUploadIdMarker');
  return {
    ...(key ? { 'key-marker': key } : {}),
    ...(key && uploadId ? { 'upload-id-marker': uploadId } : {}),
  };
}

/** Facts that are good for a discard. */
function sweepFacts(
  { bucket, prefix }: Settings,
  name: string,
  uploadId: string | null,
  begunAt: number,
): TicketFacts {
  const waits = name.startsWith(pendingFolder(prefix));
  return {
    ...sweptFacts(bucket, waits ? keyOfPending(prefix, name) : name, begunAt),
    ...(waits ? { staging: 'hidden' } : {}),
    // A single request has a size.
    size: uploadId === null ? 0 : null,
    uploadId,
    session: null,
    partSize: 1,
    checksum: 'none',
  };
}
