import { ORIGIN } from '@mesibo-files/handler-core';
import type { HostFiles } from '../device/node-files.ts';
import { FileTask, type TaskHost } from '../transfers/file-task.ts';
import type { TransferFacts } from '../transfers/transfer.ts';
import { type PictureSlot, pictureName, slotKey, sourceOf } from './picture-slot.ts';
import type { ProfileDirectory } from './profile-directory.ts';

export interface PicturesHost {
  /** Only progress listeners hear of a picture's transfer: there is no message to update. */
  readonly tasks: TaskHost;
  readonly files: Pick<HostFiles, 'join' | 'remove' | 'exists'>;
  /** Where downloads go. */
  folder(): string;
  /** SHA-256 in hex, shortened. */
  digest(text: string): string;
}

/** A slot's one transfer, up or down: another one for it takes its place. */
interface Current {
  /** What it moves: the local path of an upload, the URL of a download. */
  readonly what: string;
  readonly slot: PictureSlot;
  readonly task: FileTask;
}

/**
 * The profile pictures that one user uploads and downloads, without any message: `mid` is 0, and a transfer that was
 * begun already is not begun again.
 */
export class Pictures {
  readonly #directory: ProfileDirectory;
  readonly #host: PicturesHost;
  readonly #current = new Map<string, Current>();

  constructor(directory: ProfileDirectory, host: PicturesHost) {
    this.#directory = directory;
    this.#host = host;
  }

  url(slot: PictureSlot): string | null {
    return this.#directory.url(slot);
  }

  /** Where the picture is, once it was downloaded. */
  path(slot: PictureSlot): string {
    return this.#host.files.join(
      this.#host.folder(),
      pictureName(slot, (text) => this.#host.digest(text)),
    );
  }

  /** True when the upload runs, or has ended at once. Others see the picture when it is done. */
  upload(slot: PictureSlot, path: string, priority: number): boolean {
    return this.#start(slot, true, path, priority, () => {
      const facts = factsOf(slot, { upload: true, path, url: null });
      return new FileTask(true, this.#host.tasks, facts, (url) => {
        if (url !== null) this.#directory.publish(slot, url);
      });
    });
  }

  /** True when the download runs, or the picture is there already; false when it has none, or it was not started. */
  download(slot: PictureSlot, priority: number): boolean {
    const url = this.#directory.url(slot);
    if (url === null) return false;
    const path = this.path(slot);
    return this.#start(slot, false, JSON.stringify([url, path]), priority, () => {
      const facts = factsOf(slot, { upload: false, path, url });
      return new FileTask(false, this.#host.tasks, facts, () => undefined);
    });
  }

  /** Stops its transfer, up or down; false when none runs. */
  stop(slot: PictureSlot): boolean {
    const stopped = [true, false].map((upload) => this.#current.get(currentKey(slot, upload))?.task.stop());
    return stopped.includes(true);
  }

  /** Stops what runs for it, and removes what was downloaded. False where there was nothing of it. */
  forget(slot: PictureSlot): boolean {
    const stopped = this.stop(slot);
    for (const upload of [true, false]) this.#current.delete(currentKey(slot, upload));
    return this.#host.files.remove(this.path(slot)) || stopped;
  }

  /** As {@link forget}, of every picture of a profile that was moved. */
  forgetAll({ address, groupId }: Pick<PictureSlot, 'address' | 'groupId'>): void {
    for (const { slot } of [...this.#current.values()])
      if (slot.address === address && slot.groupId === groupId) this.forget(slot);
  }

  /** Takes it out of the profile, so that nobody finds it any more. The stored file is the store's affair. */
  withdraw(slot: PictureSlot): boolean {
    return this.#directory.remove(slot);
  }

  #start(slot: PictureSlot, upload: boolean, what: string, priority: number, make: () => FileTask): boolean {
    const key = currentKey(slot, upload);
    let current = this.#current.get(key);
    if (current?.what !== what || this.#isGone(slot, current.task)) {
      current?.task.stop();
      current = { what, slot, task: make() };
      this.#current.set(key, current);
    }
    return current.task.start(priority) || current.task.state === 'done';
  }

  /** It was downloaded once, and somebody removed it. A finished upload may be repeated at any time. */
  #isGone(slot: PictureSlot, task: FileTask): boolean {
    return task.state === 'done' && (task.upload || !this.#host.files.exists(this.path(slot)));
  }
}

function currentKey(slot: PictureSlot, upload: boolean): string {
  return `${upload} ${slotKey(slot)}`;
}

/** A picture counts as new: it has no message whose time would say how old it is. */
function factsOf(
  slot: PictureSlot,
  file: Pick<TransferFacts, 'upload' | 'path' | 'url'>,
): (priority: number) => TransferFacts {
  return (priority) => ({
    ...file,
    priority,
    mid: 0n,
    ts: 0,
    origin: ORIGIN.REALTIME,
    source: sourceOf(slot),
    imageIndex: slot.imageIndex,
    secure: false,
    externalLink: false,
    userObject: null,
    localIdentifier: null,
    asset: null,
  });
}
