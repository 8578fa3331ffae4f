import { randomBytes } from 'node:crypto';
import type { RandomPort } from '../ports/random.ts';

/** Chance from the operating system where it must not be guessed, and from V8 for jitter. */
export const systemRandom: RandomPort = {
  fraction: () => Math.random(),
  bytes: (count) => new Uint8Array(randomBytes(count)),
};
