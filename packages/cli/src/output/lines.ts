import type { Progress } from '@mesibo-files/handler-core';
import type { Stream } from './io.ts';
import type { ProgressView, ShownTransfer } from './progress-view.ts';
import { printable } from './text.ts';

/** A line for every quarter. */
export class Lines implements ProgressView {
  readonly #stream: Stream;
  readonly #title: string;
  #last = '';

  constructor(stream: Stream, { direction, name }: ShownTransfer) {
    this.#stream = stream;
    this.#title = `${direction} ${printable(name)}`;
  }

  update({ percent }: Progress): void {
    this.#say(`${percent - (percent % 25)}%`);
  }

  resumed(): void {
    // A line tells no speed.
  }

  note(text: string): void {
    this.#say(printable(text));
  }

  end(): void {
    this.#last = '';
  }

  #say(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    this.#stream.write(`${this.#title}: ${text}\n`);
  }
}
