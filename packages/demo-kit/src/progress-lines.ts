import type { Direction, Progress } from './progress-view.ts';
import { printable } from './text.ts';

/** Lines that say every quarter, for an output that is no terminal. */
export class Lines implements Progress {
  #last = '';

  update(direction: Direction, name: string, _size: number, percent: number): void {
    const line = `${direction === 'upload' ? 'Alice uploads' : 'Bob downloads'} ${printable(name)}: ${percent - (percent % 25)}%`;
    if (line === this.#last) return;
    this.#last = line;
    console.log(line);
  }

  end(): void {
    this.#last = '';
  }
}
