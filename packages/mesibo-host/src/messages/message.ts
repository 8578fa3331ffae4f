import { FILETYPE, type MesiboFile, type Mid, TransferError } from '@mesibo-files/handler-core';
import { withSenderId } from '../device/ids.ts';
import { isWebUrl } from './file-facts.ts';
import { MessageFacts } from './message-facts.ts';
import type { MessageRecord } from './message-record.ts';

/** What a message asks of the user that it belongs to. */
export interface MessageHost {
  /** What `setContent` makes of a path or URL. */
  fileFacts(content: string): MesiboFile;
  /** A thumbnail's bytes, or null where there is no such file, or it is too large to be one. */
  thumbnail(path: string): Uint8Array | null;
  /** Downloads another thumbnail. True when that runs, or has ended at once. */
  fetchThumbnail(url: string, record: MessageRecord, message: MesiboMessage): boolean;
  /** Uploads the file if there is one to upload, then lets the message leave. */
  post(record: MessageRecord, message: MesiboMessage): void;
  /** Tells the listeners that something of the message changed. */
  updated(message: MesiboMessage): void;
}

/** mesibo's answers of `send` and `resend`: done, and not. That the second is -1 is our reading. */
export const RESULT: { readonly OK: 0; readonly FAIL: -1 } = { OK: 0, FAIL: -1 };

/** A message that one user sent or received; mesibo's `MesiboMessage`. */
export class MesiboMessage extends MessageFacts {
  readonly #record: MessageRecord;
  readonly #host: MessageHost;

  /** @internal */
  constructor(record: MessageRecord, host: MessageHost) {
    super(record);
    this.#record = record;
    this.#host = host;
  }

  override get mid(): Mid {
    return this.#record.mid;
  }
  /** Sets the app's own id of the message, its low 32 bits; the others stay random. Before it is sent. 0 changes nothing. */
  override set mid(id: Mid) {
    const record = this.#unsent();
    record.mid = withSenderId(record.mid, id);
  }
  get title(): string {
    return this.#record.title;
  }
  set title(title: string) {
    this.#unsent().title = title;
  }
  get message(): string {
    return this.#record.message;
  }
  set message(message: string) {
    this.#unsent().message = message;
  }

  /** Gives the message a file: a local path, or the http(s) URL of one that is stored already. */
  setContent(filePathOrUrl: string): void {
    const record = this.#unsent();
    record.file = this.#host.fileFacts(filePathOrUrl);
    this.#applyType(record);
  }
  /** Says what the content is, one of `FILETYPE`; `AUTO`, the default: what its name says. */
  setContentType(type: number): void {
    const record = this.#unsent();
    record.contentType = type;
    this.#applyType(record);
  }
  /** Gives the message a thumbnail: bytes of a small picture, or the path of one. False: there is none there. */
  setThumbnail(image: Uint8Array | string | null): boolean {
    const record = this.#unsent();
    record.thumbnail = typeof image === 'string' ? this.#host.thumbnail(image) : image;
    return record.thumbnail !== null || image === null;
  }
  /**
   * Puts another thumbnail in a message's place, also of one that was sent or received; only this user sees it. A URL is
   * downloaded as any other file, by a transfer with `source` 3 and priority 1, and put there when it has come. False
   * where there is no picture at the path, it has more than 64 KiB, or the download was not started.
   */
  replaceThumbnail(pathOrUrl: string): boolean {
    if (isWebUrl(pathOrUrl)) return this.#host.fetchThumbnail(pathOrUrl, this.#record, this);
    const thumbnail = this.#host.thumbnail(pathOrUrl);
    if (thumbnail === null) return false;
    this.#record.thumbnail = thumbnail;
    this.#host.updated(this);
    return true;
  }

  /**
   * Sends it: now, or as soon as its file is uploaded. Answers 0, mesibo's "OK"; what becomes of it is told by
   * `Mesibo_onMessageUpdate` and `Mesibo_onMessageStatus`.
   */
  send(): number {
    this.#host.post(this.#unsent(), this);
    return RESULT.OK;
  }
  /** Tries again to upload the file of a message that could not leave: 0 when that has begun, else -1. */
  resend(): number {
    return this.isUploadRequired() && this.startFileTransfer(1) ? RESULT.OK : RESULT.FAIL;
  }

  /** Asks for the upload or download. True when it runs then, or has ended at once; false when it was not started. */
  startFileTransfer(priority: number): boolean {
    if (this.#record.preparing !== null) {
      this.#record.preparing = 'wanted';
      return true;
    }
    return this.#record.task?.start(priority) ?? false;
  }
  /** Stops the transfer that runs; false when none does. */
  stopFileTransfer(): boolean {
    if (this.#record.preparing === 'wanted') {
      this.#record.preparing = 'stopped';
      return true;
    }
    return this.#record.task?.stop() ?? false;
  }
  /** What a tap on the message does: stops what runs, else starts. */
  toggleFileTransfer(priority: number): boolean {
    return this.isFileTransferInProgress() ? this.stopFileTransfer() : this.startFileTransfer(priority);
  }

  isFileTransferInProgress(): boolean {
    return this.#record.task?.state === 'running' || this.#record.preparing === 'wanted';
  }
  /** There is a file to move, nothing moves it now, it was not cancelled for good, and the app does not open its URL. */
  isFileTransferRequired(): boolean {
    const { task, incoming, properties, preparing } = this.#record;
    if (incoming && properties?.openExternally === true) return false;
    return task?.required ?? preparing === 'stopped';
  }
  isUploadRequired(): boolean {
    return !this.#record.incoming && this.isFileTransferRequired();
  }
  isDownloadRequired(): boolean {
    return this.#record.incoming && this.isFileTransferRequired();
  }
  /** Nothing is left to do for the file: it is uploaded, or it is downloaded. */
  isFileReady(): boolean {
    const { task, file, posted, discarded, preparing } = this.#record;
    if (task !== null) return task.state === 'done';
    return posted && file !== null && !discarded && preparing === null;
  }
  /** There is a file, and it is not ready. */
  isFilePending(): boolean {
    return this.hasFile() && !this.isFileReady();
  }
  /** The last attempt failed. A start may succeed. */
  isFileTransferFailed(): boolean {
    return this.#record.task?.state === 'failed';
  }
  /** Percent, 0 to 100; 0 while nothing runs and the file is not ready. */
  getProgress(): number {
    return this.#record.task?.progress ?? (this.isFileReady() ? 100 : 0);
  }

  #applyType({ file, contentType }: MessageRecord): void {
    if (file !== null && contentType !== FILETYPE.AUTO) file.type = contentType;
  }

  #unsent(): MessageRecord {
    if (this.#record.posted) {
      throw new TransferError('invalid-argument', 'This message was sent already', {
        hint: 'Make a new message with getProfile(address).newMessage().',
      });
    }
    return this.#record;
  }
}
