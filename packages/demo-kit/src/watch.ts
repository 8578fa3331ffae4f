import { type MesiboFileTransfer, TransferError } from '@mesibo-files/handler-core';
import type { Mesibo, MesiboMessage } from '@mesibo-files/mesibo-host';
import type { Direction, Progress } from './progress-view.ts';

/** A file that has travelled. */
export interface Delivery {
  readonly name: string;
  readonly sentPath: string;
  readonly receivedPath: string;
  /** From the message. */
  readonly url: string;
  readonly uploadSeconds: number;
  readonly downloadSeconds: number;
}

interface Followed {
  readonly message: MesiboMessage;
  readonly started: number;
  uploaded: number;
  resolve(delivery: Delivery): void;
  reject(error: unknown): void;
}

/** Listens to both users as an app does, shows the progress of their files, and tells when each has arrived. */
export class Watch {
  readonly #progress: Progress;
  readonly #followed = new Map<bigint, Followed>();
  readonly #errors = new Map<bigint, TransferError>();
  readonly #signal: AbortSignal;
  readonly #seen = new Set<MesiboMessage>();

  constructor(alice: Mesibo, bob: Mesibo, progress: Progress, signal: AbortSignal) {
    this.#progress = progress;
    this.#signal = signal;
    alice.addListener({ Mesibo_onMessageUpdate: (message) => this.#updated('upload', message) });
    bob.addListener({
      Mesibo_onMessage: (message) => this.#giveUpIfDeferred(message),
      Mesibo_onMessageUpdate: (message) => this.#updated('download', message),
    });
    signal.addEventListener('abort', () => this.#interrupt(), { once: true });
  }

  /** A handler's own word why a transfer failed; the message says only that it did. */
  readonly onError = (error: TransferError, file: MesiboFileTransfer): void => {
    this.#errors.set(file.mid, error);
  };

  /** Resolves when the message's file has arrived, and rejects with the reason when it can't. Call it before `send`. */
  follow(message: MesiboMessage): Promise<Delivery> {
    return new Promise((resolve, reject) => {
      const followed = { message, started: performance.now(), uploaded: 0, resolve, reject };
      this.#followed.set(message.mid, followed);
      this.#giveUpIfDeferred(message);
    });
  }

  #updated(direction: Direction, message: MesiboMessage): void {
    const followed = this.#followed.get(message.mid);
    const file = message.getFile();
    if (followed === undefined || file === null || this.#signal.aborted) return;
    this.#seen.add(message);
    this.#progress.update(direction, file.name ?? '', file.size, message.getProgress());
    if (message.isFileTransferFailed()) this.#fail(message.mid);
    else if (message.isFileReady() && direction === 'upload') followed.uploaded = performance.now();
    else if (message.isFileReady()) this.#arrived(followed, message);
  }

  #arrived({ message: sent, started, uploaded, resolve }: Followed, received: MesiboMessage): void {
    this.#progress.end();
    resolve({
      name: received.getFile()?.name ?? '',
      sentPath: sent.getFile()?.path ?? '',
      receivedPath: received.getFile()?.path ?? '',
      url: received.getFile()?.url ?? '',
      uploadSeconds: (uploaded - started) / 1000,
      downloadSeconds: (performance.now() - uploaded) / 1000,
    });
  }

  #fail(mid: bigint): void {
    // The handler may give the reason right after the result.
    setImmediate(() => {
      this.#progress.end();
      const error =
        this.#errors.get(mid) ?? new TransferError('internal', 'The transfer failed without a reason');
      this.#followed.get(mid)?.reject(error);
    });
  }

  /** A handler may put a transfer off; mesibo would ask again when the messages are read, which nobody does here. */
  #giveUpIfDeferred(message: MesiboMessage): void {
    setImmediate(() => {
      if (message.isFileTransferRequired()) this.#fail(message.mid);
    });
  }

  #interrupt(): void {
    this.#progress.end();
    for (const message of this.#seen) message.stopFileTransfer();
    for (const { reject } of this.#followed.values()) reject(this.#signal.reason);
  }
}
