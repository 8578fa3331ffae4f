/** Time, so that tests can hold it. */
export interface Clock {
  /** The device's clock, in milliseconds since 1970. It may be wrong; nothing signed depends on it. */
  now(): number;
  /** Milliseconds on a clock that never jumps. */
  monotonic(): number;
  /** Calls back after so many milliseconds; the answer cancels. */
  after(milliseconds: number, callback: () => void): () => void;
}
