import type { Stretch } from './ports.ts';

/** Adds a stretch to others that are in order and don't touch, and merges what touches it. */
export function withStretch(others: readonly Stretch[], added: Stretch): readonly Stretch[] {
  if (added.end <= added.first) return others;
  const apart = others.filter(({ first, end }) => end < added.first || first > added.end);
  const touching = others.filter(({ first, end }) => end >= added.first && first <= added.end);
  const merged = {
    first: Math.min(added.first, ...touching.map(({ first }) => first)),
    end: Math.max(added.end, ...touching.map(({ end }) => end)),
  };
  return [...apart, merged].sort((left, right) => left.first - right.first);
}

/** How far bytes are there from an offset on, without a gap: the offset itself where there are none. */
export function reach(stretches: readonly Stretch[], from: number): number {
  return stretches.find(({ first, end }) => first <= from && end > from)?.end ?? from;
}

/** What stands in `Target.kept` and `Target.keptBeyond`. */
export function keptOf(stretches: readonly Stretch[]): {
  readonly kept: number;
  readonly keptBeyond: readonly Stretch[];
} {
  const kept = reach(stretches, 0);
  return { kept, keptBeyond: stretches.filter(({ first }) => first >= kept && first > 0) };
}
