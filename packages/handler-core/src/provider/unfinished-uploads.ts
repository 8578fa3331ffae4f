import type { Clock } from '../ports/clock.ts';
import { keyOfPending, pendingFolder } from './pending-key.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

/** An upload that a store lists. */
export interface ListedUpload {
  /** The object's name in the bucket: a key, or the pending name of one. */
  readonly name: string;
  /** When it began, in milliseconds since 1970. NaN where the store does not tell: such an upload is never old. */
  readonly begunAt: number;
}

/**
 * Picks the uploads that began more than `olderThan` milliseconds ago and of which the store took no part for as long.
 * An upload that still gets parts is running, on whatever device, however long ago it began.
 *
 * @param lastPart - When the newest part arrived, in milliseconds since 1970; NaN where there is none or no time is
 *   told; null when the store no longer knows the upload. Asked of old uploads only.
 */
export async function* silentUploads<Upload extends ListedUpload>(
  uploads: AsyncIterable<Upload>,
  olderThan: number,
  clock: Pick<Clock, 'now'>,
  lastPart: (upload: Upload) => Promise<number | null> = async () => Number.NaN,
): AsyncIterable<Upload> {
  const isRecent = (time: number): boolean => clock.now() - time <= olderThan;
  for await (const upload of uploads) {
    if (Number.isNaN(upload.begunAt) || isRecent(upload.begunAt)) continue;
    const last = await lastPart(upload);
    if (last !== null && !isRecent(last)) yield upload;
  }
}

/**
 * The facts of an upload that was only found by listing. They are good for a discard: a listing gives no more than
 * bucket, key and time, and a discard needs no more.
 */
export function sweptFacts(bucket: string, key: string, begunAt: number): CommonTicketFacts {
  return {
    bucket,
    key,
    begunAt,
    size: null,
    maxSize: 0,
    contentType: 'application/octet-stream',
    name: '',
    uid: 0,
    mid: '0',
    source: 0,
    secure: false,
    staging: 'none',
    transferId: '',
  };
}

/** Whether these are the facts of an upload that was only found by listing. */
export function isSwept({ transferId }: Pick<CommonTicketFacts, 'transferId'>): boolean {
  return transferId === '';
}

/**
 * The same for a name in a bucket: what waits under a pending name is of a staged upload.
 *
 * @param staging - how such an upload was staged
 */
export function sweptByName(
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  { name, begunAt }: ListedUpload,
  staging: CommonTicketFacts['staging'],
): CommonTicketFacts {
  if (!name.startsWith(pendingFolder(prefix))) return sweptFacts(bucket, name, begunAt);
  return { ...sweptFacts(bucket, keyOfPending(prefix, name), begunAt), staging };
}
