/** Chance, so that tests can hold it. */
export interface RandomPort {
  /** A number from 0 up to, not including, 1: for jitter. */
  fraction(): number;
  /** Cryptographically random bytes: for names that can't be guessed. */
  bytes(count: number): Uint8Array;
}
