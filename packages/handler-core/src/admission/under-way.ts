/** How many transfers of each direction were admitted and are not over: running or queued. */
export interface UnderWayCounts {
  readonly uploads: number;
  readonly downloads: number;
}

/** Counts the transfers of a process. A promise settles once, so whoever is counted is counted out, however it ends. */
export class UnderWay implements UnderWayCounts {
  #uploads = 0;
  #downloads = 0;

  get uploads(): number {
    return this.#uploads;
  }

  get downloads(): number {
    return this.#downloads;
  }

  /** Counts until the promise settles, whichever way. */
  count(upload: boolean, over: Promise<unknown>): void {
    const add = (one: 1 | -1): void => {
      if (upload) this.#uploads += one;
      else this.#downloads += one;
    };
    add(1);
    const leave = (): void => add(-1);
    over.then(leave, leave);
  }
}
