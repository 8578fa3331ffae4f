/** Something that will happen. */
interface Happening {
  readonly at: number;
  /** Events at the same time happen in the order in which they were asked for. */
  readonly order: number;
  happen: (() => void) | null;
}

/** So many things happen in one turn of Node's loop. */
const AT_ONCE = 8;

/**
 * The world's time. It stands still while code runs, and jumps to the next happening. Everything that waits in a world
 * waits here, so the order of all things follows from one seed.
 */
export class Timeline {
  /** Milliseconds since the world began. */
  now = 0;
  readonly #heap: Happening[] = [];
  #order = 0;

  /** Something happens after so many milliseconds; the answer takes it back. */
  after(milliseconds: number, happen: () => void): () => void {
    const happening: Happening = { at: this.now + Math.max(0, milliseconds), order: this.#order, happen };
    this.#order += 1;
    this.#push(happening);
    return () => {
      happening.happen = null;
    };
  }

  /**
   * Lets things happen up to a time, one after the other, each with all code that it sets free; before each `goOn` is
   * asked. Resolves when it says no, or when nothing is left.
   */
  run(until: number, goOn: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      let over = false;
      let left = 0;
      const turn = (): void => {
        left -= 1;
        if (over) return;
        over = !goOn() || !this.#happen(until);
        if (over) resolve();
        else if (left === 0) more();
      };
      // Promises settle between two callbacks of one turn of the loop, too; and turns of the loop are dear.
      const more = (): void => {
        left = AT_ONCE;
        for (let count = 0; count < AT_ONCE; count += 1) setImmediate(turn);
      };
      more();
    });
  }

  /** Lets the next thing happen. False: there is none up to this time. */
  #happen(until: number): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) return false;
      this.#pop();
      if (next.happen === null) continue;
      this.now = Math.max(this.now, next.at);
      next.happen();
      return true;
    }
  }

  #push(added: Happening): void {
    const heap = this.#heap;
    let at = heap.push(added) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Happening;
      if (isSooner(above, added)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = added;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Happening;
    const size = heap.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= size) break;
      const right = left + 1;
      const child =
        right < size && isSooner(heap[right] as Happening, heap[left] as Happening) ? right : left;
      const sooner = heap[child] as Happening;
      if (isSooner(last, sooner)) break;
      heap[at] = sooner;
      at = child;
    }
    heap[at] = last;
  }
}

function isSooner(left: Happening, right: Happening): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

/** Resolves when no code is left that could run without anything happening: promises run before the next turn of the loop. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
