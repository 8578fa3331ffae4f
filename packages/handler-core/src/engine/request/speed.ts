/** A smaller request says more about the round trip than about the speed. */
const TELLING = 16 * 1024;

/**
 * How fast one request gets its bytes through in one direction of the link, in bytes a second: what finished requests
 * have shown lately. A slower one is believed at once, a faster one by and by, for waits are worked out from it.
 */
export class LinkSpeed {
  #known: number | null = null;

  /** Null while no request has shown it. */
  get known(): number | null {
    return this.#known;
  }

  /** A request took so many milliseconds from its first byte to the other side's answer. */
  seen(bytes: number, milliseconds: number): void {
    if (bytes < TELLING || milliseconds <= 0) return;
    const speed = (bytes * 1000) / milliseconds;
    this.#known = this.#known === null || speed < this.#known ? speed : this.#known * 0.7 + speed * 0.3;
  }

  /** The link is not what it was: a request hung. */
  forget(): void {
    this.#known = null;
  }
}
