import type { RandomPort } from '../ports/random.ts';

/** Chance that is the same in every run (mulberry32): for tests, never for names that must not be guessed. */
export function seededRandom(seed: number): RandomPort {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { fraction, bytes: (count) => Uint8Array.from({ length: count }, () => fraction() * 256) };
}
