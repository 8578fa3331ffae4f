interface Running {
  readonly stop: () => void;
  readonly ended: Promise<void>;
}

/** The sessions that this process writes to. A client sends one request at a time, so a later one means that it gave up the earlier. */
export class BusySessions {
  readonly #running = new Map<string, Running>();

  /**
   * Waits for the request before to end, which is stopped, and takes its place.
   * @param stop - ends this one, when there is a later one
   * @returns what must be called when this one has ended
   */
  async enter(id: string, stop: () => void): Promise<() => void> {
    await this.evict(id);
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#running.set(id, { stop, ended });
    return () => {
      this.#running.delete(id);
      end();
    };
  }

  /** Stops the request that writes to a session, and waits until it has ended. */
  async evict(id: string): Promise<void> {
    for (let running = this.#running.get(id); running !== undefined; running = this.#running.get(id)) {
      running.stop();
      await running.ended;
    }
  }
}
