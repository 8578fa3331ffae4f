import { MIB } from './options.ts';
import { RATIOS } from './ratios.ts';
import { findSeries, medianOf } from './statistics.ts';
import type { Cloud, Series } from './types.ts';

/** One thing that must be reached, and whether it is. */
export interface Verdict {
  readonly target: string;
  readonly figure: string;
  readonly pass: boolean;
}

/** Peak memory of the large transfer beyond the small one's, and altogether, in bytes. */
const GROWTH: number = 16 * MIB;
const PEAK: number = 160 * MIB;

/** Judges what was measured; what was not is left out. */
export function judge(cloud: Cloud, series: readonly Series[], memory: readonly Series[]): Verdict[] {
  return [
    ...RATIOS[cloud].flatMap(({ target, direction, scheme, subject, peer, figure, least }) => {
      const ours = findSeries(series, subject, direction, scheme);
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
