import { type FileSystem, syncFolder } from './files.ts';

interface Flushing {
  readonly running: Promise<void>;
  /** The flush that begins when this one has ended. */
  next: Promise<void> | null;
}

/**
 * Flushes folders for many at once: whoever comes while one is being flushed shares the next flush of it with all others
 * that came. What was renamed before the call lasts when the promise resolves.
 */
export class Flushes {
  readonly #files: FileSystem;
  readonly #running = new Map<string, Flushing>();

  constructor(files: FileSystem) {
    this.#files = files;
  }

  flush(folder: string): Promise<void> {
    const now = this.#running.get(folder);
    if (now === undefined) return this.#start(folder);
    // The one under way may have looked before the caller's rename.
    now.next ??= now.running.then(
      () => this.#start(folder),
      () => this.#start(folder),
    );
    return now.next;
  }

  #start(folder: string): Promise<void> {
    const running = syncFolder(this.#files, folder);
    const flushing: Flushing = { running, next: null };
    this.#running.set(folder, flushing);
    const end = (): void => {
      if (flushing.next === null) this.#running.delete(folder);
    };
    running.then(end, end);
    return running;
  }
}
