import type { Clock } from '../ports/ports.ts';
import type { Ticket } from '../signer/plan.ts';
import type { Unfinished } from '../signer/signer.ts';
import { keyOfPending, pendingFolder } from './pending-key.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

/** An upload that a store lists. */
export interface ListedUpload {
  /** The object's name in the bucket: a key, or the pending name of one. */
  readonly name: string;
  /** Id of an upload in parts; null for an object that waits under a pending name. */
  readonly uploadId: string | null;
  /** When it began, in milliseconds since 1970. NaN where the store does not tell: then the time of its newest part counts. */
  readonly begunAt: number;
}

/** An upload in parts among them. */
export interface ListedPartsUpload extends ListedUpload {
  readonly uploadId: string;
}

/** What a store lists of uploads that never ended. */
export interface UnfinishedUploads {
  /** Uploads in parts; absent where there are none. */
  readonly uploads?: AsyncIterable<ListedPartsUpload>;
  /** Objects under pending names. */
  readonly pending: AsyncIterable<ListedUpload>;
  /**
   * When the newest part arrived, in milliseconds since 1970; NaN where there is none or no time is told; null when the
   * store no longer knows the upload. Asked only of uploads that are old, or whose beginning is not told.
   */
  readonly lastPart: (upload: ListedPartsUpload) => Promise<number | null>;
  /** A ticket that is good for a discard. */
  readonly ticket: (upload: ListedUpload) => Ticket;
}

/**
 * The uploads that began more than `olderThan` milliseconds ago and of which the store took no part for as long. An
 * upload that still gets parts is running, on whatever device, however long ago it began.
 */
export async function* silentUploads(
  { uploads, pending, lastPart, ticket }: UnfinishedUploads,
  olderThan: number,
  clock: Pick<Clock, 'now'>,
): AsyncIterable<Unfinished> {
  const isRecent = (time: number): boolean => clock.now() - time <= olderThan;
  const isOld = ({ begunAt }: ListedUpload): boolean => !Number.isNaN(begunAt) && !isRecent(begunAt);
  for await (const upload of uploads ?? []) {
    const told = !Number.isNaN(upload.begunAt);
    if (told && isRecent(upload.begunAt)) continue;
    const last = await lastPart(upload);
    // An upload of which no time at all is told is never old.
    if (last === null || isRecent(last) || (!told && Number.isNaN(last))) continue;
    const begunAt = told ? upload.begunAt : last;
    yield { ticket: ticket({ ...upload, begunAt }), begunAt };
  }
  for await (const upload of pending) {
    if (isOld(upload)) yield { ticket: ticket(upload), begunAt: upload.begunAt };
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
 * The facts of an upload that was listed under a name of the bucket. A pending name stands for its key.
 *
 * @param staging - how uploads under pending names were staged
 */
export function sweptByName(
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  { name, begunAt }: ListedUpload,
  staging: CommonTicketFacts['staging'],
): CommonTicketFacts {
  if (!name.startsWith(pendingFolder(prefix))) return sweptFacts(bucket, name, begunAt);
  return { ...sweptFacts(bucket, keyOfPending(prefix, name), begunAt), staging };
}
