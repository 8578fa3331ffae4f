import type { Origin } from '@mesibo-files/handler-core';
import type { Envelope } from './envelope.ts';
import { type MessageRecord, newRecord } from './message-record.ts';

/** The receiver's record of an envelope. The file's path is the receiver's own choice, and needs its URL. */
export function receivedRecord(
  envelope: Envelope,
  origin: Origin,
  choosePath: (name: string) => string,
): MessageRecord {
  const { mid, ts, from, title, message, thumbnail, file } = envelope;
  return {
    ...newRecord(mid, from, true, ts),
    origin,
    title,
    message,
    thumbnail,
    file: file && { ...file, path: choosePath(file.name ?? ''), progress: 0, object: null },
  };
}
