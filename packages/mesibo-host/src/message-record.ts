import { type MesiboFile, type Mid, ORIGIN, type Origin } from '@mesibo-files/handler-core';
import type { FileTask } from './file-task.ts';
import { type MessageStatus, MSGSTATUS } from './status.ts';

/** What the host knows of a message; the app sees it through a `MesiboMessage`. */
export interface MessageRecord {
  readonly mid: Mid;
  /** The other user. */
  readonly peer: string;
  readonly incoming: boolean;
  ts: number;
  origin: Origin;
  status: MessageStatus;
  title: string;
  message: string;
  signedFiles: boolean;
  file: MesiboFile | null;
  /** What has to be done with the file; null when there is nothing to do. */
  task: FileTask | null;
  /** It was sent, or received, and can't be changed any more. */
  posted: boolean;
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
    signedFiles: false,
    file: null,
    task: null,
    posted: incoming,
  };
}
