import type { FileTransferHandler, FileTransferListener, MessageListener } from '@mesibo-files/handler-core';
import type { MesiboMessage } from './message.ts';

/** What a listener is told of a profile; it is given a `MesiboProfile`. */
export interface UpdatedProfile {
  readonly address: string;
  readonly groupId: number;
  name: string;
  status: string;
  getImageUrl(imageIndex?: number): string | null;
  getThumbnailUrl(imageIndex?: number): string | null;
}

/** Told of profiles; mesibo's listener of SDK 1.x and later. */
export interface ProfileListener {
  /** The name, the status or a picture of a profile that this user knows has changed. */
  Mesibo_onProfileUpdated?(profile: UpdatedProfile): void;
}

/** Anything that has some of mesibo's methods; it gets the calls of those it has. */
export type MesiboListener = Partial<FileTransferHandler & FileTransferListener> &
  MessageListener<MesiboMessage> &
  ProfileListener;

type MessageEvent = keyof MessageListener;

/** The listeners of one user, told and asked in the order in which they were added. */
export class Listeners {
  readonly #listeners = new Set<MesiboListener>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(listener: MesiboListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: MesiboListener): void {
    this.#listeners.delete(listener);
  }

  /** Those that can both start and stop a transfer. */
  handlers(): readonly FileTransferHandler[] {
    return [...this.#listeners].filter(isHandler);
  }

  /** @param only - the one listener to tell, where it is not all of them */
  tell(event: MessageEvent, message: MesiboMessage, only: MesiboListener | null = null): void {
    this.#each((listener) => listener[event]?.(message), only === null ? this.#listeners : [only]);
  }

  tellProgress(transfer: Parameters<FileTransferListener['Mesibo_onFileTransferProgress']>[0]): void {
    this.#each((listener) => listener.Mesibo_onFileTransferProgress?.(transfer));
  }

  tellProfile(profile: UpdatedProfile): void {
    this.#each((listener) => listener.Mesibo_onProfileUpdated?.(profile));
  }

  /** An error of one listener is nothing to the others, nor to the handler that reports. */
  #each(
    call: (listener: MesiboListener) => void,
    listeners: Iterable<MesiboListener> = this.#listeners,
  ): void {
    for (const listener of [...listeners]) {
      try {
        call(listener);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

function isHandler(listener: MesiboListener): listener is MesiboListener & FileTransferHandler {
  return (
    typeof listener.Mesibo_onStartFileTransfer === 'function' &&
    typeof listener.Mesibo_onStopFileTransfer === 'function'
  );
}
