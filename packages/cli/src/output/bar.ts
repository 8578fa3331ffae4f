import type { Progress } from '@mesibo-files/handler-core';
import cliProgress, { type MultiBar, type Options, type SingleBar } from 'cli-progress';
import type { Stream } from './io.ts';
import type { ProgressView, ShownTransfer } from './progress-view.ts';
import { bytes, fit, printable, speed, timeLeft } from './text.ts';

const ARROWS = { upload: '↑', download: '↓' } as const;

/** Columns of the name, at most: what is left of 79 beside arrow, bar and figures. */
const NAME = 20;
const BAR = 12;

interface Payload {
  readonly title: string;
  readonly done: number;
  /** Bytes, or null while unknown. */
  readonly total: number | null;
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
  /** What an earlier run had moved. */
  #earlier = 0;

  constructor(stream: Stream, { direction, name }: ShownTransfer) {
    this.#stream = stream;
    this.#title = `${ARROWS[direction]} ${fit(name, NAME)}`;
    this.#payload = { title: this.#title, done: 0, total: null, from: null };
  }

  update({ done, total, percent }: Progress): void {
    const begun = done > this.#earlier || this.#earlier === 0;
    const from = this.#payload.from ?? (begun ? { at: performance.now(), done } : null);
    this.#payload = { title: this.#title, done, total, from };
    this.#shown().update(percent, this.#payload);
  }

  resumed(bytes: number): void {
    this.#earlier = bytes;
    this.#payload = { ...this.#payload, from: null };
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
        barsize: BAR,
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
function formatBar(
  options: Options,
  params: { progress: number },
  { title, done, total, from }: Payload,
): string {
  const bar = cliProgress.Format.BarFormat(params.progress, options);
  const percent = total === null ? '    ' : `${Math.round(params.progress * 100)}%`.padStart(4);
  const seconds = from === null ? 0 : (performance.now() - from.at) / 1000;
  const moved = done - (from?.done ?? 0);
  const rate = seconds < 0.1 ? '' : speed(moved, seconds);
  const left =
    seconds < 1 || moved === 0 || total === null ? '' : timeLeft(((total - done) * seconds) / moved);
  const size = (total === null ? bytes(done) : `${bytes(done)}/${bytes(total)}`).padStart(19);
  return `${title} ${bar} ${percent} ${size} ${rate.padStart(9)} ${left.padStart(6)}`.trimEnd();
}
