import type { Target } from '../../ports/files.ts';

/** How far everything is there without a gap. */
export class Watermark {
  readonly #target: Target;
  readonly #ends = new Map<number, number>();
  #upTo: number;

  constructor(target: Target, kept: number) {
    this.#target = target;
    this.#upTo = kept;
  }

  /** Bytes from `first` to before `end` were written. */
  async note(first: number, end: number): Promise<void> {
    this.#ends.set(first, end);
    const before = this.#upTo;
    for (;;) {
      const covering = [...this.#ends].find(([first, end]) => first <= this.#upTo && end > this.#upTo);
      if (covering === undefined) break;
      this.#ends.delete(covering[0]);
      this.#upTo = covering[1];
    }
    if (this.#upTo > before) await this.#target.keep(this.#upTo);
  }
}
