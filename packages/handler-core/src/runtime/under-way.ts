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
    this.#add(upload, 1);
    const leave = upload ? this.#uploadOver : this.#downloadOver;
    over.then(leave, leave);
  }

  readonly #uploadOver = (): void => this.#add(true, -1);
  readonly #downloadOver = (): void => this.#add(false, -1);

  #add(upload: boolean, one: 1 | -1): void {
    if (upload) this.#uploads += one;
    else this.#downloads += one;
  }
}
