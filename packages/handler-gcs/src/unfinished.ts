import { type SignerCall, TransferError, type Unfinished } from '@mesibo-files/handler-core';
import { sweptFacts } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { xmlUrl } from './location.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';
import { elements, textOf } from './xml.ts';

/** Uploads of parts under the prefix that were begun so long ago (milliseconds) and never ended. Sessions can't be listed. */
export async function* unfinished(
  { caller, clock, location, settings }: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { bucket, prefix, upload } = settings;
  if (upload === 'session') return;
  let markers: Record<string, string> = {};
  for (;;) {
    const query = { uploads: '', ...(prefix === '' ? {} : { prefix: `${prefix}/` }), ...markers };
    const url = xmlUrl(location, null, query);
    const page = await caller.send('listing unfinished uploads', call, { method: 'GET', url, by: 'token' });
    if (elements(page.body, 'ListMultipartUploadsResult').length === 0) {
      throw new TransferError('bad-answer', 'listing unfinished uploads: the answer is no list');
    }
    for (const one of elements(page.body, 'Upload')) {
      const key = textOf(one, 'Key');
      const uploadId = textOf(one, 'UploadId');
      const begunAt = Date.parse(textOf(one, 'Initiated') ?? '');
      if (!key || !uploadId || !(clock.now() - begunAt > olderThan)) continue;
      if (prefix === '' || key.startsWith(`${prefix}/`))
        yield { ticket: writeTicket(sweepFacts(bucket, key, uploadId, begunAt)), begunAt };
    }
    const next = markersOf(page.body);
    const same = Object.entries(next).every(([name, value]) => markers[name] === value);
    if (textOf(page.body, 'IsTruncated') !== 'true' || same) return;
    markers = next;
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

function sweepFacts(bucket: string, key: string, uploadId: string, begunAt: number): TicketFacts {
  return { ...sweptFacts(bucket, key, begunAt), uploadId, session: null, partSize: 1, checksum: 'none' };
}
