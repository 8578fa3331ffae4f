import { type FileTransferHandler, type MesiboFileTransfer, TransferError } from '@mesibo-files/handler-core';
import type { DeleteOptions } from '../messages/criteria.ts';
import { type MesiboMessage, RESULT } from '../messages/message.ts';
import type { Mesibo } from '../user/mesibo.ts';
import { type Mode, SOURCE, STATUS, type Status, TYPE } from './constants.ts';
import type { FileInfoHandler, FileInfoListener } from './contract.ts';
import { bridge } from './current-handler.ts';
import type { FileTransferProgressListener } from './file-info.ts';
import { FileInfo } from './file-info.ts';
import { fileOf, fill, paramsOf } from './message-file.ts';
import { MessageParams } from './message-params.ts';
import { RunningFiles } from './running-files.ts';
import { isBridged, tell, updateFileTransferProgress } from './runs.ts';
import { Standalone } from './standalone.ts';
import { FileInfoUser } from './user.ts';

/** Settings of a {@link FileInfoMesibo}. */
export interface FileInfoMesiboOptions {
  /** Told when a listener throws, or nobody can move a file. Default: a line on `console.warn`. */
  readonly onError?: (error: unknown) => void;
}

/** A place, as {@link FileInfoMesibo.sendLocation} sends it. */
export interface Location {
  /** Degrees from -90 to 90. */
  readonly lat: number;
  /** Degrees from -180 to 180. */
  readonly lon: number;
  readonly title?: string;
  readonly message?: string;
  /** Thumbnail: bytes of a small picture, such as a map. */
  readonly image?: Uint8Array | null;
}

/** The eight arguments of `getFileInstance`. */
type Instance = [
  params: MessageParams | null,
  mid: bigint,
  mode: Mode,
  type: number,
  source: number,
  filePath: string,
  url: string | null,
  listener: FileTransferProgressListener | null,
];

/**
 * mesibo's file API of the FileInfo generation (SDK 1.x), for one user of this host: a façade over today's, so that
 * apps and handlers of both generations can be served at once.
 */
export class FileInfoMesibo extends FileInfoUser {
  readonly #mesibo: Mesibo;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<FileInfoListener>();
  readonly #handlers = new Map<FileInfoListener, FileTransferHandler>();
  readonly #standalone: Standalone;
  readonly #running = new RunningFiles();
  readonly #files = new WeakMap<MesiboMessage, FileInfo>();
  /** The files of messages, by direction and id. */
  readonly #byMessage = new Map<string, FileInfo>();
  readonly #messages = new WeakMap<FileInfo, MesiboMessage[]>();
  /** Tells the listeners of all files, which are not any one file's. */
  readonly #observer: FileTransferProgressListener = {
    Mesibo_onFileTransferProgress: (file) => {
      this.#tell((listener) => listener.Mesibo_onFileTransferProgress?.(file));
      return true;
    },
  };
  /** So many files of messages are kept until those of messages that are gone are looked for. */
  #pruneAt = 64;

  constructor(mesibo: Mesibo, options: FileInfoMesiboOptions = {}) {
    super(mesibo);
    this.#mesibo = mesibo;
    this.#onError = options.onError ?? ((error) => console.warn(`mesibo-files: ${String(error)}`));
    this.#standalone = new Standalone({
      handlers: () => [...this.#handlers.values()],
      enabled: () => this.#handlers.size === 0 || mesibo.isFileTransferEnabled(),
      onError: this.#onError,
      changed: (file, transfer, failed) => this.#changed(file, transfer, failed),
    });
    mesibo.addListener({
      Mesibo_onMessage: (message) => this.#received(message),
      Mesibo_onMessageStatus: (message) => this.#statusChanged(message),
      Mesibo_onFileTransferProgress: (transfer) => this.#progressed(transfer),
    });
  }

  /** Registers a handler, a listener of files, of progress, or all in one. Handlers are asked in order. */
  addListener(listener: FileInfoListener): void {
    this.#listeners.add(listener);
    if (!isHandler(listener) || this.#handlers.has(listener)) return;
    const handler = bridge(listener, this.#onError, (transfer) => this.#fileOf(transfer));
    this.#handlers.set(listener, handler);
    this.#mesibo.addListener(handler);
  }
  removeListener(listener: FileInfoListener): void {
    this.#listeners.delete(listener);
    const handler = this.#handlers.get(listener);
    this.#handlers.delete(listener);
    if (handler !== undefined) this.#mesibo.removeListener(handler);
  }

  /** True if a handler is registered: mesibo's own apps show the attach button then. */
  isFileTransferEnabled(): boolean {
    return this.#mesibo.isFileTransferEnabled();
  }

  /**
   * Makes a FileInfo; or answers the one whose transfer of this URL (download) or from this path (upload) is running,
   * and then the listener is told of that one, beside those that it has. mesibo's pages describe three of the eight.
   */
  getFileInstance(mode: Mode, url: string | null, path: string): FileInfo;
  getFileInstance(...instance: Instance): FileInfo;
  getFileInstance(...given: [Mode, string | null, string] | Instance): FileInfo {
    if (given.length === 8) return this.#instance(...given);
    const [mode, url, path] = given;
    return this.#instance(null, 0n, mode, TYPE.AUTO, SOURCE.MESSAGE, path, url, null);
  }

  /**
   * Starts a transfer; a person's, if `file.userInteraction` is set. Where the file is of a message, that message's;
   * else the file is moved, and nothing is sent. True when it runs, or has ended at once.
   */
  startFileTransfer(file: FileInfo): boolean {
    const messages = this.#messages.get(file) ?? [];
    if (messages.length === 0) return this.#standalone.start(file);
    const priority = file.userInteraction ? 1 : 0;
    return messages.map((message) => message.startFileTransfer(priority)).some((runs) => runs);
  }
  /** As {@link startFileTransfer}, in a spelling that Android's had. */
  startFileTranser(file: FileInfo): boolean {
    return this.startFileTransfer(file);
  }
  /** Stops it; false when it does not run. */
  stopFileTransfer(file: FileInfo): boolean {
    const messages = this.#messages.get(file) ?? [];
    const stopped = messages.map((message) => message.stopFileTransfer());
    return this.#standalone.stop(file) || stopped.some((one) => one);
  }
  /** A handler reports with it: see the function of this name. */
  updateFileTransferProgress(file: FileInfo, progress: number, status: Status): boolean {
    return updateFileTransferProgress(file, progress, status);
  }

  /**
   * Sends a message with a file, and with title, text, thumbnail and place as the file has them; it leaves when the
   * file is uploaded. A file that is uploaded already is not again. Answers 0, mesibo's "OK".
   *
   * @param mid - the app's own id of the message, by which `Mesibo_onMessageStatus` tells of it: the low 32 bits of its id
   * @throws `unsupported` for a group
   */
  sendFile(params: MessageParams, mid: bigint, file: FileInfo): number {
    const message = this.#newMessage(params, mid);
    fill(message, file);
    this.#link(message, file);
    file.mid = message.mid;
    return message.send();
  }
  /**
   * Sends a message with a text; also the "manual way" of mesibo's pages: upload a file, then send what
   * `describeFile` makes of its facts. The receiver has `Mesibo_onMessage`. Answers 0, mesibo's "OK".
   *
   * @param data - text, or text in UTF-8
   * @throws `unsupported` for a group, `invalid-argument` for bytes that are no UTF-8
   */
  sendMessage(params: MessageParams, mid: bigint, data: string | Uint8Array): number {
    const message = this.#newMessage(params, mid);
    message.message = typeof data === 'string' ? data : textOf(data);
    return message.send();
  }
  /**
   * Sends a place. Answers 0, mesibo's "OK"; -1, and nothing is sent, where it is none.
   * @throws `unsupported` for a group
   */
  sendLocation(params: MessageParams, mid: bigint, location: Location): number {
    const message = this.#newMessage(params, mid);
    message.latitude = location.lat;
    message.longitude = location.lon;
    if (!message.hasLocation()) return RESULT.FAIL;
    message.title = location.title ?? '';
    message.message = location.message ?? '';
    message.setThumbnail(location.image ?? null);
    return message.send();
  }
  /**
   * Sends a message on to another user: nothing is uploaded. Answers 0, mesibo's "OK"; -1, and nothing is sent, where
   * there is no such message, or its file is not stored yet.
   *
   * @param mid - the app's own id of the new message
   * @param forwarded - the id of the message that is sent on, or the app's own id of it
   * @throws `unsupported` for a group
   */
  forwardMessage(params: MessageParams, mid: bigint, forwarded: bigint): number {
    if (params.groupid > 0) this.#newMessage(params, mid);
    return this.#mesibo.forwardMessage(forwarded, params.peer, mid) === null ? RESULT.FAIL : RESULT.OK;
  }
  /**
   * Sends a message whose upload failed again; the upload resumes where the handler can do so. 0 when it has begun, else -1.
   * @param mid - its id, or the app's own id of it. `params` are as in mesibo's call, and not looked at
   */
  resend(_params: MessageParams, mid: bigint): number {
    return this.#mesibo.findMessage(mid)?.resend() ?? RESULT.FAIL;
  }
  /** Takes back a message that has not left: see `Mesibo.cancel`. 0 when it is taken back, else -1. */
  cancel(_params: MessageParams, mid: bigint, options: DeleteOptions = {}): number {
    return this.#mesibo.cancel(mid, options) ? RESULT.OK : RESULT.FAIL;
  }
  /** Deletes a message for this user: see `Mesibo.deleteMessage`. False: there is none. */
  deleteMessage(mid: bigint, options: DeleteOptions = {}): boolean {
    return this.#mesibo.deleteMessage(mid, options);
  }
  /**
   * Deletes the messages with `params.peer`, or the one that is `params.mid`. Returns how many.
   * @throws `invalid-argument` where both are missing
   */
  deleteMessages({ peer, mid }: MessageParams, options: DeleteOptions = {}): number {
    const one = mid === 0n ? null : this.#mesibo.findMessage(mid);
    if (mid !== 0n && one === null) return 0;
    return this.#mesibo.deleteMessages(
      { ...(peer === '' ? {} : { peer }), ...(one === null ? {} : { mid: one.mid }) },
      options,
    );
  }
  /** A message to be sent, whose id has the app's own in its low half. */
  #newMessage(params: MessageParams, mid: bigint): MesiboMessage {
    const message = this.#mesibo.getProfile(params.peer, params.groupid).newMessage();
    message.mid = mid;
    message.expiry = params.expiry;
    return message;
  }

  #instance(...[params, mid, mode, type, source, path, url, listener]: Instance): FileInfo {
    const running = this.#running.find(mode, path, url);
    const file = running ?? new FileInfo(params ?? new MessageParams(), mode, type, source, path, url);
    if (running === null) file.mid = mid;
    file.observe(this.#observer);
    if (listener !== null) file.addListener(listener);
    return file;
  }

  #link(message: MesiboMessage, file: FileInfo): void {
    if (this.#byMessage.size >= this.#pruneAt) this.#prune();
    this.#files.set(message, file);
    this.#byMessage.set(nameOf(message.isOutgoing(), message.mid), file);
    file.observe(this.#observer);
    this.#messages.set(file, [...(this.#messages.get(file) ?? []), message]);
  }

  /** Forgets the files of messages that were deleted or have expired. */
  #prune(): void {
    const kept = new Set<string>();
    for (const message of this.#mesibo.allMessages()) kept.add(nameOf(message.isOutgoing(), message.mid));
    for (const name of this.#byMessage.keys()) if (!kept.has(name)) this.#byMessage.delete(name);
    this.#pruneAt = Math.max(64, 2 * this.#byMessage.size);
  }

  #received(message: MesiboMessage): void {
    const params = paramsOf(message, this.#mesibo);
    const known = this.#files.get(message);
    const file = known ?? fileOf(message, paramsOf(message, this.#mesibo));
    if (file === null) {
      const data = new TextEncoder().encode(message.message);
      this.#tell((listener) => listener.Mesibo_onMessage?.(params, data));
      return;
    }
    if (known === undefined) this.#link(message, file);
    this.#tell((listener) => listener.Mesibo_onFile?.(params, file));
  }

  #statusChanged(message: MesiboMessage): void {
    const params = paramsOf(message, this.#mesibo);
    // The app knows what it sent by its own id.
    if (message.isOutgoing()) params.mid = BigInt(this.#mesibo.getSenderMessageId(message.mid));
    this.#tell((listener) => listener.Mesibo_onMessageStatus?.(params));
  }

  /** The FileInfo that the app has of a transfer: its message's, or the one it started by itself. */
  #fileOf(transfer: MesiboFileTransfer): FileInfo | null {
    const ofMessage = this.#byMessage.get(nameOf(transfer.upload, transfer.mid));
    return this.#standalone.fileOf(transfer) ?? ofMessage ?? null;
  }

  #progressed(transfer: MesiboFileTransfer): boolean {
    const file = this.#fileOf(transfer);
    if (file === null) return true;
    this.#changed(file, transfer, this.#messageOf(file, transfer)?.isFileTransferFailed() ?? false);
    return true;
  }

  /** Follows what a handler of today's generation does; one of the FileInfo generation has told by itself. */
  #changed(file: FileInfo, transfer: MesiboFileTransfer, failed: boolean): void {
    this.#running.note(file, transfer);
    if (isBridged(transfer)) return;
    const url = this.#messageOf(file, transfer)?.getFile()?.url;
    if (transfer.upload && transfer.result && url) file.setUrl(url);
    if (transfer.inProgress) tell(file, transfer.progress, STATUS.INPROGRESS, this.#onError);
    else if (transfer.result) tell(file, 100, STATUS.INPROGRESS, this.#onError);
    else if (failed) tell(file, -1, STATUS.FAILED, this.#onError);
    else tell(file, transfer.progress, STATUS.IDLE, this.#onError);
  }

  #messageOf(file: FileInfo, transfer: MesiboFileTransfer): MesiboMessage | undefined {
    return this.#messages.get(file)?.find(({ mid }) => mid === transfer.mid);
  }

  #tell(call: (listener: FileInfoListener) => void): void {
    for (const listener of [...this.#listeners]) {
      try {
        call(listener);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

function nameOf(upload: boolean, mid: bigint): string {
  return `${upload ? 'up' : 'down'} ${mid}`;
}

function isHandler(listener: FileInfoListener): listener is FileInfoListener & FileInfoHandler {
  return (
    typeof listener.Mesibo_onStartFileTransfer === 'function' &&
    typeof listener.Mesibo_onStopFileTransfer === 'function'
  );
}

function textOf(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch (cause) {
    throw new TransferError('invalid-argument', 'sendMessage was given bytes that are no UTF-8 text', {
      cause,
    });
  }
}
