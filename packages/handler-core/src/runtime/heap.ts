/** A binary heap: the first of many, in logarithmic time. */
export class Heap<T> {
  readonly #isBefore: (left: T, right: T) => boolean;
  #items: T[] = [];

  constructor(isBefore: (left: T, right: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    this.#items.push(item);
    this.#rise(this.#items.length - 1);
  }

  removeFirst(): void {
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return;
    this.#items[0] = last;
    this.#sink(0);
  }

  /** Throws out what the test refuses, and puts the rest in order anew: the test may change it. */
  keep(test: (item: T) => boolean): void {
    this.#items = this.#items.filter(test);
    for (let at = (this.#items.length >> 1) - 1; at >= 0; at -= 1) this.#sink(at);
  }

  #rise(start: number): void {
    for (let at = start; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #sink(start: number): void {
    for (let at = start; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      const child = right < this.#items.length && this.#before(right, left) ? right : left;
      if (child >= this.#items.length || !this.#swapIfBefore(child, at)) return;
      at = child;
    }
  }

  #before(left: number, right: number): boolean {
    return this.#isBefore(this.#items[left] as T, this.#items[right] as T);
  }

  #swapIfBefore(below: number, above: number): boolean {
    if (!this.#before(below, above)) return false;
    [this.#items[below], this.#items[above]] = [this.#items[above] as T, this.#items[below] as T];
    return true;
  }
}
