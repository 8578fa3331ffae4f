import type { MesiboFile, Mid, Origin } from '@mesibo-files/handler-core';
import { type MesiboMessageProperties, type TravellingProperties, travelling } from './message-properties.ts';
import type { MessageRecord } from './message-record.ts';

/** A message on its way: plain data, so that two users never share an object. */
export interface Envelope extends Readonly<Pick<MessageRecord, 'mid' | 'ts' | 'title' | 'message'>> {
  readonly from: string;
  readonly to: string;
  /** When it is discarded, in milliseconds since 1970; infinity: never. */
  readonly expiresAt: number;
  readonly properties: TravellingProperties;
  readonly thumbnail: Uint8Array | null;
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

/** @param properties - the message's, as they were when it was sent */
export function envelopeOf(
  from: string,
  record: MessageRecord,
  properties: MesiboMessageProperties,
): Envelope {
  const { mid, ts, title, message, file, thumbnail, expiresAt } = record;
  return {
    mid,
    ts,
    from,
    to: record.peer,
    title,
    message,
    expiresAt,
    properties: travelling(properties),
    thumbnail: properties.sendThumbnail ? (thumbnail?.slice() ?? null) : null,
    file: file && fileOf(file, properties.sendFileName),
  };
}

function fileOf(file: MesiboFile, withName: boolean): EnvelopeFile {
  const { type, subtype, url, mimeType, size, source } = file;
  return { type, subtype, url, name: withName ? file.name : null, mimeType, size, source };
}
