import type { SignerCall, Unfinished } from '@mesibo-files/handler-core';
import { silentUploads, sweptByName } from '@mesibo-files/handler-core/provider';
import type { Settings } from './options.ts';
import type { SignerContext } from './store/context.ts';
import { type FoundUpload, listPending, listUploads, type PartsUpload } from './store/listing.ts';
import { lastPartAt } from './store/multipart.ts';
import { writeTicket } from './ticket.ts';

/**
 * Uploads under the prefix that began so long ago (milliseconds), got no part for as long, and never ended: those of
 * parts, and what waits under a pending name. Sessions can't be listed.
 */
export async function* unfinished(
  context: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { clock, settings } = context;
  if (settings.upload !== 'session') {
    const lastPart = (upload: PartsUpload): Promise<number | null> => lastPartAt(context, upload, call);
    for await (const upload of silentUploads(listUploads(context, call), olderThan, clock, lastPart)) {
      yield { ticket: sweepTicket(settings, upload), begunAt: upload.begunAt };
    }
  }
  for await (const upload of silentUploads(listPending(context, call), olderThan, clock)) {
    yield { ticket: sweepTicket(settings, upload), begunAt: upload.begunAt };
  }
}

/** A ticket that is good for a discard. */
function sweepTicket(settings: Settings, upload: FoundUpload): string {
  const { uploadId } = upload;
  return writeTicket({
    ...sweptByName(settings, upload, 'hidden'),
    // A single request has a size.
    size: uploadId === null ? 0 : null,
    uploadId,
    session: null,
    partSize: 1,
    checksum: 'none',
  });
}
