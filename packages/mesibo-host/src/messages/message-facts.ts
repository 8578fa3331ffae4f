import { FILETYPE, type MesiboFile, type Mid, ORIGIN, type Origin } from '@mesibo-files/handler-core';
import { isPlace, MesiboMessageProperties } from './message-properties.ts';
import type { MessageRecord, MessageStatus } from './message-record.ts';

/** What can be asked of a message and its file. */
export class MessageFacts extends MesiboMessageProperties {
  readonly #record: MessageRecord;

  constructor(record: MessageRecord) {
    super();
    this.#record = record;
  }

  /** The same for the sender and the receiver. The low 32 bits are the sender's own id of it. */
  get mid(): Mid {
    return this.#record.mid;
  }
  /** When it was sent, in milliseconds since 1970. */
  get ts(): number {
    return this.#record.ts;
  }
  /** Address of the other user. */
  get peer(): string {
    return this.#record.peer;
  }
  /** One of {@link MSGSTATUS}. */
  get status(): MessageStatus {
    return this.#record.status;
  }
  /** The name of {@link getFile} in JavaScript and Python. */
  get file(): MesiboFile | null {
    return this.#record.file;
  }

  hasFile(): boolean {
    return this.#record.file !== null;
  }
  getFile(): MesiboFile | null {
    return this.#record.file;
  }
  /** One of `FILETYPE`; `AUTO` where there is no file. */
  getFileType(): number {
    return this.#record.file?.type ?? FILETYPE.AUTO;
  }
  getMimeType(): string | null {
    return this.#record.file?.mimeType ?? null;
  }
  getFileName(): string | null {
    return this.#record.file?.name ?? null;
  }
  /** Bytes; 0 where there is no file, and for a URL, whose size nobody knows. */
  getFileSize(): number {
    return this.#record.file?.size ?? 0;
  }
  /** Where the file is, or will be; null where there is none. */
  getFilePath(): string | null {
    return this.#record.file?.path ?? null;
  }

  isImage(): boolean {
    return this.getFileType() === FILETYPE.IMAGE;
  }
  isVideo(): boolean {
    return this.getFileType() === FILETYPE.VIDEO;
  }
  isAudio(): boolean {
    return this.getFileType() === FILETYPE.AUDIO;
  }
  /** A file that is neither image, video nor audio. */
  isDocument(): boolean {
    return this.hasFile() && !this.isImage() && !this.isVideo() && !this.isAudio();
  }
  /** As {@link isImage}; a message of this host has one file at most. */
  hasImage(): boolean {
    return this.isImage();
  }
  hasVideo(): boolean {
    return this.isVideo();
  }
  hasAudio(): boolean {
    return this.isAudio();
  }
  hasDocument(): boolean {
    return this.isDocument();
  }
  hasLocation(): boolean {
    return isPlace(this);
  }
  hasThumbnail(): boolean {
    return this.#record.thumbnail !== null;
  }
  /** Bytes of a small picture, or null. */
  getThumbnail(): Uint8Array | null {
    return this.#record.thumbnail;
  }
  /** There is more than text in it. */
  isRichMessage(): boolean {
    return this.hasFile() || this.hasThumbnail() || this.hasLocation();
  }

  isIncoming(): boolean {
    return this.#record.incoming;
  }
  isOutgoing(): boolean {
    return !this.#record.incoming;
  }

  /** Where it came from: one of `ORIGIN`. */
  getOrigin(): Origin {
    return this.#record.origin;
  }
  isRealtimeMessage(): boolean {
    return this.#record.origin === ORIGIN.REALTIME;
  }
  /** It was read from the database, one by one. */
  isDbMessage(): boolean {
    return this.#record.origin === ORIGIN.DBMESSAGE;
  }
  /** It was read from the database as the last one of its user. */
  isDbSummaryMessage(): boolean {
    return this.#record.origin === ORIGIN.DBSUMMARY;
  }
  /** The server kept it while the user was away. */
  isPendingMessage(): boolean {
    return this.#record.origin === ORIGIN.PENDING;
  }
  /** As {@link isPendingMessage}, by Android's name of the origin. */
  isDbPendingMessage(): boolean {
    return this.isPendingMessage();
  }
}
