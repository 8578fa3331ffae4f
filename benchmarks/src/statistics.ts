import type { Direction, Sample, Scheme, Series, Spread, SubjectName } from './types.ts';

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

export function medianOf(series: Series, figure: keyof Sample): number {
  return spreadOf(series.samples.map((sample) => sample[figure] ?? Number.NaN)).median;
}

export function findSeries(
  all: readonly Series[],
  subject: SubjectName,
  direction: Direction,
  scheme: Scheme,
): Series | undefined {
  return all.find((one) => one.subject === subject && one.direction === direction && one.scheme === scheme);
}
