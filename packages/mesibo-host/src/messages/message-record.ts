import { FILETYPE, type MesiboFile, type Mid, ORIGIN, type Origin } from '@mesibo-files/handler-core';
import type { PreparedMedia } from '../device/media.ts';
import type { FileTask } from '../transfers/file-task.ts';
import type { MesiboMessageProperties } from './message-properties.ts';

/** How far a message has got; the numbers of mesibo's headers. Only the states that this host reaches. */
export const MSGSTATUS = { OUTBOX: 0, SENT: 1, DELIVERED: 2, RECEIVEDNEW: 0x12, EXPIRED: 0x84 } as const;
export type MessageStatus = (typeof MSGSTATUS)[keyof typeof MSGSTATUS];

/** What the host knows of a message; the app sees it through a `MesiboMessage`. */
export interface MessageRecord {
  /** The app may set its low 32 bits until it is sent. */
  mid: Mid;
  /** The other user. */
  readonly peer: string;
  readonly incoming: boolean;
  ts: number;
  origin: Origin;
  status: MessageStatus;
  title: string;
  message: string;
  /** What `setContentType` said; `AUTO`: told by the file's name. */
  contentType: number;
  thumbnail: Uint8Array | null;
  file: MesiboFile | null;
  /** What has to be done with the file; null when there is nothing to do. */
  task: FileTask | null;
  /** Its file is being prepared, and then sent; or was stopped meanwhile. Null: neither. */
  preparing: 'wanted' | 'stopped' | null;
  /** What is sent in the place of its file, until that is done; null: the file itself. */
  prepared: PreparedMedia | null;
  /** The download of another thumbnail, and its URL; null: none was asked for, or it is done. */
  newThumbnail: { readonly url: string; readonly task: FileTask } | null;
  /** It was sent, or received, and can't be changed any more. */
  posted: boolean;
  /** When it is discarded, in milliseconds since 1970; infinity: never. */
  expiresAt: number;
  /** It was cancelled, deleted, or has expired: nothing happens with it any more. */
  discarded: boolean;
  /** Its properties as they were when it was sent or received; null while it is still being written. */
  properties: Readonly<MesiboMessageProperties> | null;
}

export function newRecord(mid: Mid, peer: string, incoming: boolean, ts: number): MessageRecord {
  return {
    mid,
    peer,
    incoming,
    ts,
    origin: ORIGIN.REALTIME,
    status: incoming ? MSGSTATUS.RECEIVEDNEW : MSGSTATUS.OUTBOX,
    title: '',
    message: '',
    contentType: FILETYPE.AUTO,
    thumbnail: null,
    file: null,
    task: null,
    preparing: null,
    prepared: null,
    newThumbnail: null,
    posted: incoming,
    expiresAt: Number.POSITIVE_INFINITY,
    discarded: false,
    properties: null,
  };
}
