import { type MesiboFile, type Mid, type Origin, TransferError } from '@mesibo-files/handler-core';
import type { MessageRecord } from './message-record.ts';
import type { MessageStatus } from './status.ts';

/** What a message asks of the user that it belongs to. */
export interface MessageHost {
  /** What `setContent` makes of a path or URL. */
  fileFacts(content: string): MesiboFile;
  /** Uploads the file if there is one to upload, then lets the message leave. */
  post(record: MessageRecord, message: MesiboMessage): void;
}

/** A message that one user sent or received; mesibo's `MesiboMessage`. */
export class MesiboMessage {
  readonly #record: MessageRecord;
  readonly #host: MessageHost;

  constructor(record: MessageRecord, host: MessageHost) {
    this.#record = record;
    this.#host = host;
  }

  /** The same for the sender and the receiver. */
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
  /** The receiver's handler sees `secure`: its download must authenticate. `secureDownload` before SDK 2.9. */
  get signedFiles(): boolean {
    return this.#record.signedFiles;
  }
  set signedFiles(signedFiles: boolean) {
    this.#unsent().signedFiles = signedFiles;
  }

  /** Gives the message a file: a local path, or the http(s) URL of one that is stored already. */
  setContent(filePathOrUrl: string): void {
    this.#unsent().file = this.#host.fileFacts(filePathOrUrl);
  }

  /**
   * Sends it: now, or as soon as its file is uploaded. Answers 0, mesibo's "OK"; what becomes of it is told by
   * `Mesibo_onMessageUpdate` and `Mesibo_onMessageStatus`.
   */
  send(): number {
    this.#host.post(this.#unsent(), this);
    return 0;
  }

  /** Asks for the upload or download. True when it runs then, or has ended at once; false when it was not started. */
  startFileTransfer(priority: number): boolean {
    return this.#record.task?.start(priority) ?? false;
  }
  /** Stops the transfer that runs; false when none does. */
  stopFileTransfer(): boolean {
    return this.#record.task?.stop() ?? false;
  }
  /** What a tap on the message does: stops what runs, else starts. */
  toggleFileTransfer(priority: number): boolean {
    return this.isFileTransferInProgress() ? this.stopFileTransfer() : this.startFileTransfer(priority);
  }

  isFileTransferInProgress(): boolean {
    return this.#record.task?.state === 'running';
  }
  /** There is a file to move, nothing moves it now, and it was not cancelled for good. */
  isFileTransferRequired(): boolean {
    return this.#record.task?.required ?? false;
  }
  isUploadRequired(): boolean {
    return !this.#record.incoming && this.isFileTransferRequired();
  }
  isDownloadRequired(): boolean {
    return this.#record.incoming && this.isFileTransferRequired();
  }
  /** Nothing is left to do for the file: it is uploaded, or it is downloaded. */
  isFileReady(): boolean {
    const { task, file, posted } = this.#record;
    return task === null ? posted && file !== null : task.state === 'done';
  }
  /** The last attempt failed. A start may succeed. */
  isFileTransferFailed(): boolean {
    return this.#record.task?.state === 'failed';
  }
  /** Percent, 0 to 100; 0 while nothing runs and the file is not ready. */
  getProgress(): number {
    return this.#record.task?.progress ?? (this.isFileReady() ? 100 : 0);
  }

  hasFile(): boolean {
    return this.#record.file !== null;
  }
  getFile(): MesiboFile | null {
    return this.#record.file;
  }
  getOrigin(): Origin {
    return this.#record.origin;
  }
  isIncoming(): boolean {
    return this.#record.incoming;
  }
  isOutgoing(): boolean {
    return !this.#record.incoming;
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
