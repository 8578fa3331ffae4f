import { FILESOURCE } from '@mesibo-files/handler-core';
import { FileTask, type TaskHost } from '../transfers/file-task.ts';
import { isSecure, midOf, nameOf, originOf, timeOf } from './read-message.ts';
import { type JavaScriptMessage, offers } from './shapes.ts';

/** A file that a message brought, before anything is done with it. */
export interface IncomingFile {
  readonly message: JavaScriptMessage;
  /** Where it can be downloaded from. */
  readonly url: string;
  /** A safe name to save it under; not unique. */
  readonly name: string;
}

/** What a received file needs of those that it belongs to. */
export interface ReceivedHost extends Omit<TaskHost, 'changed'> {
  /** Chooses where the file goes. */
  pathFor(file: IncomingFile): string;
  changed(file: ReceivedFile): void;
}

/** The file of a message that was received, and its download. */
export class ReceivedFile implements IncomingFile {
  readonly url: string;
  readonly name: string;
  /** Where the file is, or will be. */
  readonly path: string;
  readonly #task: FileTask;
  #message: JavaScriptMessage;

  /** @internal */
  constructor(message: JavaScriptMessage, url: string, host: ReceivedHost) {
    this.#message = message;
    this.url = url;
    this.name = nameOf(message, url);
    this.path = host.pathFor({ message, url, name: this.name });
    this.#task = new FileTask(
      false,
      { ...host, changed: () => host.changed(this) },
      (priority) => this.#facts(priority),
      () => {},
    );
  }

  /** The message as it was told of last. */
  get message(): JavaScriptMessage {
    return this.#message;
  }

  /** The message's thumbnail as mesibo gives it, or null where it offers none. */
  getThumbnail(): unknown {
    return offers(this.#message, 'getThumbnail') ? (this.#message.getThumbnail() ?? null) : null;
  }

  /** Asks for the download, as a person does: with a priority above 0. True when it runs then, or has ended at once. */
  startFileTransfer(priority: number): boolean {
    return this.#task.start(priority);
  }
  /** Stops it; false when it does not run. */
  stopFileTransfer(): boolean {
    return this.#task.stop();
  }
  /** What a tap does: stops what runs, else starts. */
  toggleFileTransfer(priority: number): boolean {
    return this.isFileTransferInProgress() ? this.stopFileTransfer() : this.startFileTransfer(priority);
  }

  isFileTransferInProgress(): boolean {
    return this.#task.state === 'running';
  }
  /** It has to be downloaded, nothing does it now, and it was not cancelled for good. */
  isFileTransferRequired(): boolean {
    return this.#task.required;
  }
  isFileTransferFailed(): boolean {
    return this.#task.state === 'failed';
  }
  isFileReady(): boolean {
    return this.#task.state === 'done';
  }
  /** Percent, 0 to 100. */
  getProgress(): number {
    return this.#task.progress;
  }

  /** @internal The message was told of again; `read`: as a new one, so that what is left to do is asked for. */
  told(message: JavaScriptMessage, read: boolean): void {
    this.#message = message;
    if (read && this.#task.required) this.#task.start(0);
  }

  #facts(priority: number): ReturnType<FileTask['facts']> {
    return {
      upload: false,
      priority,
      mid: midOf(this.#message),
      ts: timeOf(this.#message),
      origin: originOf(this.#message),
      source: FILESOURCE.MESSAGE,
      imageIndex: 0,
      secure: isSecure(this.#message),
      externalLink: false,
      path: this.path,
      url: this.url,
      userObject: null,
      localIdentifier: null,
      asset: null,
    };
  }
}
