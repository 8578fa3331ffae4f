import type { MesiboFile, Mid, Origin } from '@mesibo-files/handler-core';
import type { MessageRecord } from './message-record.ts';

/** A message on its way: plain data, so that two users never share an object. */
export interface Envelope
  extends Readonly<Pick<MessageRecord, 'mid' | 'ts' | 'title' | 'message' | 'signedFiles'>> {
  readonly from: string;
  readonly to: string;
  readonly file: EnvelopeFile | null;
}

/** Of the sender's file what the receiver may know: not its path. */
type EnvelopeFile = Readonly<
  Pick<MesiboFile, 'type' | 'subtype' | 'url' | 'name' | 'mimeType' | 'size' | 'source'>
>;

/** What the post office calls on a user. */
export interface Receiver {
  online(): boolean;
  receive(envelope: Envelope, origin: Origin): void;
  /** A message of this user's has arrived. */
  delivered(mid: Mid): void;
}

export function envelopeOf(from: string, record: MessageRecord): Envelope {
  const { mid, ts, title, message, signedFiles, file } = record;
  return { mid, ts, from, to: record.peer, title, message, signedFiles, file: file && fileOf(file) };
}

function fileOf({ type, subtype, url, name, mimeType, size, source }: MesiboFile): EnvelopeFile {
  return { type, subtype, url, name, mimeType, size, source };
}
