import type { Progress } from '@mesibo-files/handler-core';
import cliProgress, { type MultiBar, type Options, type SingleBar } from 'cli-progress';
import type { Stream } from './io.ts';
import type { ProgressView, ShownTransfer } from './progress-view.ts';
import { bytes, fit, printable, speed } from './text.ts';

const ARROWS = { upload: '↑', download: '↓' } as const;

/** Columns of the name, at most: what is left of 79 beside arrow, bar and figures. */
const NAME = 24;

interface Payload {
  readonly title: string;
  readonly done: number;
  /** Milliseconds on the clock of `performance` at the first byte of this run, and what was there by then. */
  readonly from: { readonly at: number; readonly done: number } | null;
}

/** One bar in a terminal, with notes above it. */
export class Bar implements ProgressView {
  readonly #stream: Stream;
  readonly #title: string;
  #all: MultiBar | null = null;
  #bar: SingleBar | null = null;
  #payload: Payload;

  constructor(stream: Stream, { direction, name }: ShownTransfer) {
    this.#stream = stream;
    this.#title = `${ARROWS[direction]} ${fit(name, NAME)}`;
    this.#payload = { title: this.#title, done: 0, from: null };
  }

  update({ done, percent }: Progress): void {
    const from = this.#payload.from ?? { at: performance.now(), done };
    this.#payload = { title: this.#title, done, from };
    this.#shown().update(percent, this.#payload);
  }

  note(text: string): void {
    this.#shown();
    this.#all?.log(`${printable(text)}\n`);
  }

  end(): void {
    this.#all?.stop();
    this.#all = null;
    this.#bar = null;
  }

  #shown(): SingleBar {
    if (this.#bar !== null) return this.#bar;
    this.#all = new cliProgress.MultiBar(
      {
        stream: this.#stream,
        hideCursor: true,
        barsize: 20,
        emptyOnZero: true,
        gracefulExit: false,
        format: formatBar,
      },
      cliProgress.Presets.shades_classic,
    );
    this.#bar = this.#all.create(100, 0, this.#payload);
    return this.#bar;
  }
}

/** A line of 79 columns at most, since a bar that wraps can't be drawn again in its place. */
function formatBar(options: Options, params: { progress: number }, { title, done, from }: Payload): string {
  const bar = cliProgress.Format.BarFormat(params.progress, options);
  const percent = `${Math.round(params.progress * 100)}%`.padStart(4);
  const seconds = from === null ? 0 : (performance.now() - from.at) / 1000;
  const rate = seconds < 0.1 ? '' : speed(done - (from?.done ?? 0), seconds);
  return `${title} ${bar} ${percent} ${bytes(done).padStart(10)} ${rate.padStart(12)}`;
}
