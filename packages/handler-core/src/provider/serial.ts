/** Runs what has the same key one after the other, in this process. */
export class Serial {
  readonly #running = new Map<string, Promise<void>>();

  async run<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#running.get(key);
    const result = (before ?? Promise.resolve()).then(work);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(key, settled);
    try {
      return await result;
    } finally {
      if (this.#running.get(key) === settled) this.#running.delete(key);
    }
  }
}
