/** What the server gave away, to be used again, rightly or wrongly. Bounded: the oldest goes. */
export class Known {
  readonly #values: string[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(value: string): void {
    this.#values.push(value);
    if (this.#values.length > this.#most) this.#values.shift();
  }

  /** One of them, by a number below 1; `other` when there is none. */
  at(place: number, other: string): string {
    return this.#values[Math.floor(place * this.#values.length)] ?? other;
  }
}
