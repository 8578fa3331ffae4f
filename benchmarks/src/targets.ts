import { MIB } from './options.ts';
import { findSeries, medianOf } from './statistics.ts';
import type { Direction, Sample, Scheme, Series, SubjectName } from './types.ts';

/** One thing that must be reached, and whether it is. */
export interface Verdict {
  readonly target: string;
  readonly figure: string;
  readonly pass: boolean;
}

interface RatioTarget {
  readonly target: string;
  readonly direction: Direction;
  readonly scheme: Scheme;
  readonly peer: SubjectName;
  readonly figure: keyof Sample & ('wall' | 'cpu');
  /** The peer's figure divided by ours is at least this. */
  readonly least: number;
}

const ratio = (
  direction: Direction,
  scheme: Scheme,
  peer: SubjectName,
  figure: 'wall' | 'cpu',
  least: number,
): RatioTarget => {
  const what = figure === 'wall' ? `at least ${least} times the throughput` : `at most 1/${least} of the CPU`;
  const target = `${direction} over ${scheme.toUpperCase()}: ${what} of ${peer}`;
  return { target, direction, scheme, peer, figure, least };
};

const RATIOS: readonly RatioTarget[] = [
  ratio('upload', 'http', 'lib-storage', 'wall', 4),
  ratio('upload', 'http', 'lib-storage', 'cpu', 4),
  ratio('upload', 'https', 'lib-storage', 'wall', 3.5),
  ratio('upload', 'http', 'curl', 'wall', 0.5),
  ratio('upload', 'https', 'curl', 'wall', 0.8),
  ratio('download', 'http', 'GetObject', 'wall', 1),
  ratio('download', 'https', 'GetObject', 'wall', 2),
];

/** Peak memory of the large transfer beyond the small one's, and altogether, in bytes. */
const GROWTH: number = 16 * MIB;
const PEAK: number = 160 * MIB;

/** Judges what was measured; what was not is left out. */
export function judge(series: readonly Series[], memory: readonly Series[]): Verdict[] {
  return [
    ...RATIOS.flatMap(({ target, direction, scheme, peer, figure, least }) => {
      const ours = findSeries(series, 'ours', direction, scheme);
      const theirs = findSeries(series, peer, direction, scheme);
      if (ours === undefined || theirs === undefined) return [];
      const reached = medianOf(theirs, figure) / medianOf(ours, figure);
      return [{ target, figure: `${reached.toFixed(2)} times`, pass: reached >= least }];
    }),
    ...judgeMemory(memory),
  ];
}

function judgeMemory(memory: readonly Series[]): Verdict[] {
  return memory.flatMap((large) => {
    const sameKind = ({ direction, scheme }: Series): boolean =>
      direction === large.direction && scheme === large.scheme;
    const small = memory.find((one) => sameKind(one) && one.size < large.size);
    if (small === undefined) return [];
    const peak = medianOf(large, 'memory');
    const growth = peak - medianOf(small, 'memory');
    const mib = (bytes: number): string => `${(bytes / MIB).toFixed(0)} MiB`;
    const what = `${large.direction} over ${large.scheme.toUpperCase()}: peak memory of ${mib(large.size)}`;
    return [
      {
        target: `${what} within ${mib(GROWTH)} of that of ${mib(small.size)}`,
        figure: mib(growth),
        pass: Math.abs(growth) <= GROWTH,
      },
      { target: `${what} under ${mib(PEAK)}`, figure: mib(peak), pass: peak < PEAK },
    ];
  });
}
