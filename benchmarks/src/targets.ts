import { MIB } from './options.ts';
import { RATIOS, type RatioTarget } from './ratios.ts';
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
    ...RATIOS[cloud].flatMap((ratio) => {
      const verdict = judgeRatio(series, ratio);
      const other = ratio.or === undefined ? null : judgeRatio(series, ratio.or);
      if (verdict === null || other === null) return verdict ?? other ?? [];
      return [
        {
          target: `${verdict.target}; or ${other.target}`,
          figure: `${verdict.figure}; or ${other.figure}`,
          pass: verdict.pass || other.pass,
        },
      ];
    }),
    ...judgeMemory(memory),
  ];
}

function judgeRatio(
  series: readonly Series[],
  { target, direction, scheme, subject, peer, figure, least }: RatioTarget,
): Verdict | null {
  const ours = findSeries(series, subject, direction, scheme);
  const theirs = findSeries(series, peer, direction, scheme);
  if (ours === undefined || theirs === undefined) return null;
  const reached = medianOf(theirs, figure) / medianOf(ours, figure);
  // Where more CPU than the peer's is allowed, how much more it is says most.
  const stated = figure === 'cpu' && least < 1 ? 1 / reached : reached;
  return { target, figure: `${stated.toFixed(2)} times`, pass: reached >= least };
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
