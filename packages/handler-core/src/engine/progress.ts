/** Bytes done of a transfer. `done` never goes down, and reaches `total` only when the file is safe. */
export interface Progress {
  readonly done: number;
  /** Bytes, or null while unknown. */
  readonly total: number | null;
  /** 0 to 100, whole. An upload stays at 99 until it is committed. */
  readonly percent: number;
}
