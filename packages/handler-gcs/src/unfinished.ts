import {
  type ListedPartsUpload,
  type ListedUpload,
  type SignerCall,
  silentUploads,
  sweptByName,
  type Unfinished,
} from '@mesibo-files/handler-core/provider';
import type { Settings } from './options.ts';
import type { SignerContext } from './store/context.ts';
import { listPending, listUploads } from './store/listing.ts';
import { lastPartAt } from './store/multipart.ts';
import { writeTicket } from './ticket.ts';

/**
 * Uploads under the prefix that began so long ago (milliseconds), got no part for as long, and never ended: those of
 * parts, and what waits under a pending name. Sessions can't be listed.
 */
export function unfinished(
  context: SignerContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { clock, settings } = context;
  const store = {
    ...(settings.upload === 'session' ? {} : { uploads: listUploads(context, call) }),
    pending: listPending(context, call),
    lastPart: (upload: ListedPartsUpload) => lastPartAt(context, upload, call),
    ticket: (upload: ListedUpload) => sweepTicket(settings, upload),
  };
  return silentUploads(store, olderThan, clock);
}

/** A ticket that is good for a discard. */
function sweepTicket(settings: Settings, upload: ListedUpload): string {
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
