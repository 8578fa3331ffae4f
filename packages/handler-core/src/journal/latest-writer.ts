/** What is waiting to be done for one key, and who waits for it. */
interface Waiting {
  work: () => Promise<void>;
  readonly done: Promise<void>;
}

/**
 * Does one thing at a time for each key. Of what comes while it is busy, only the latest is done: a later record holds
 * all that an earlier one did. Everyone who came waits for that, and shares its error.
 */
export class LatestWriter {
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Waiting>();

  run(key: string, work: () => Promise<void>): Promise<void> {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.work = work;
      return waiting.done;
    }
    const running = this.#running.get(key);
    if (running === undefined) return this.#start(key, work);
    const next: Waiting = {
      work,
      done: running.then(
        () => this.#startWaiting(key),
        () => this.#startWaiting(key),
      ),
    };
    this.#waiting.set(key, next);
    return next.done;
  }

  #startWaiting(key: string): Promise<void> {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    return waiting === undefined ? Promise.resolve() : this.#start(key, waiting.work);
  }

  #start(key: string, work: () => Promise<void>): Promise<void> {
    const running = work().finally(() => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    });
    this.#running.set(key, running);
    return running;
  }
}
