import cliProgress, { type MultiBar, type Options, type SingleBar } from 'cli-progress';
import type { Direction, Progress } from './progress-view.ts';
import { bytes, fit, megabytesPerSecond } from './text.ts';

const TITLES = { upload: 'Alice ↑', download: 'Bob   ↓' } as const;

interface Payload {
  readonly title: string;
  readonly name: string;
  readonly size: number;
  /** Milliseconds on the clock of `performance`; null before the first byte. */
  readonly started: number | null;
  readonly ended: number | null;
}

interface FileBars {
  readonly all: MultiBar;
  readonly upload: SingleBar;
  readonly download: SingleBar;
}

/** Two bars for a file: its way up, and its way down. */
export class Bars implements Progress {
  #bars: FileBars | null = null;
  readonly #started = new Map<Direction, number>();

  update(direction: Direction, name: string, size: number, percent: number): void {
    this.#bars ??= createBars(name, size);
    const now = performance.now();
    const started = this.#started.get(direction) ?? now;
    this.#started.set(direction, started);
    this.#bars[direction].update(percent, { started, ended: percent === 100 ? now : null });
  }

  end(): void {
    this.#bars?.all.stop();
    this.#bars = null;
    this.#started.clear();
  }
}

function createBars(name: string, size: number): FileBars {
  const all = new cliProgress.MultiBar(
    { stream: process.stdout, hideCursor: true, barsize: 24, emptyOnZero: true, format: formatBar },
    cliProgress.Presets.shades_classic,
  );
  const payload = { name, size, started: null, ended: null };
  const bar = (direction: Direction): SingleBar =>
    all.create(100, 0, { ...payload, title: TITLES[direction] });
  return { all, upload: bar('upload'), download: bar('download') };
}

/** A line of 79 columns at most, since a bar that wraps can't be drawn again in its place. */
function formatBar(options: Options, params: { progress: number }, payload: Payload): string {
  const bar = cliProgress.Format.BarFormat(params.progress, options);
  const percent = `${Math.round(params.progress * 100)}%`.padStart(4);
  const done = payload.size * params.progress;
  const end = payload.ended ?? performance.now();
  const speed =
    payload.started === null ? 'waiting' : `${megabytesPerSecond(done, (end - payload.started) / 1000)} MB/s`;
  return `${payload.title} ${fit(payload.name, 18)} ${bar} ${percent} ${bytes(done).padStart(10)} ${speed.padStart(10)}`;
}
