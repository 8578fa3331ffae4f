import type { FileTransferHandler, MesiboFileTransfer } from '@mesibo-files/handler-core';
import type { MesiboMessage } from '../messages/message.ts';
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

/** Settings of a {@link FileInfoMesibo}. */
export interface FileInfoMesiboOptions {
  /** Told when a listener throws, or nobody can move a file. Default: a line on `console.warn`. */
  readonly onError?: (error: unknown) => void;
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
export class FileInfoMesibo {
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
  /** The ids that the app gave to the messages it sent. */
  readonly #ids = new WeakMap<MesiboMessage, bigint>();

  constructor(mesibo: Mesibo, options: FileInfoMesiboOptions = {}) {
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
   * @param mid - the app's own id of the message, by which `Mesibo_onMessageStatus` tells of it
   * @throws `unsupported` for a group
   */
  sendFile(params: MessageParams, mid: bigint, file: FileInfo): number {
    const message = this.#mesibo.getProfile(params.peer, params.groupid).newMessage();
    fill(message, file);
    this.#ids.set(message, mid);
    this.#link(message, file);
    file.mid = message.mid;
    return message.send();
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
    this.#files.set(message, file);
    this.#byMessage.set(nameOf(message.isOutgoing(), message.mid), file);
    file.observe(this.#observer);
    this.#messages.set(file, [...(this.#messages.get(file) ?? []), message]);
  }

  #received(message: MesiboMessage): void {
    const params = paramsOf(message, this.#mesibo);
    const known = this.#files.get(message);
    const file = known ?? fileOf(message, paramsOf(message, this.#mesibo));
    if (file === null) return;
    if (known === undefined) this.#link(message, file);
    this.#tell((listener) => listener.Mesibo_onFile?.(params, file));
  }

  #statusChanged(message: MesiboMessage): void {
    const params = paramsOf(message, this.#mesibo);
    params.mid = this.#ids.get(message) ?? message.mid;
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
