import { DAY, GIB, KIB, MIB, MINUTE, SECOND, TIB } from '@mesibo-files/handler-core/provider';

/** Google's limits: https://cloud.google.com/storage/quotas */
export const MAX_PARTS = 10_000;
export const MIN_PART_SIZE: number = 5 * MIB;
export const MAX_PART_SIZE: number = 5 * GIB;
/** Every chunk of a session but the last is a multiple of this. */
export const CHUNK_QUANTUM: number = 256 * KIB;
/** One PUT could be as large as an object; a source that ends within this is read before it is sent. */
export const MAX_SINGLE_SIZE: number = 5 * GIB;
export const MAX_OBJECT_SIZE: number = 5 * TIB;
/** The longest life of a signature (version 4), and of a session. */
export const WEEK: number = 7 * DAY;

/** A store that hangs must not hang us. */
export const ANSWER_WITHIN: number = 60 * SECOND;
/** Putting parts together "can take several minutes". */
export const COMPLETE_WITHIN: number = 600 * SECOND;

/** From this on a refusal is the clock's fault: tokens allow 5 minutes, signed URLs 15. */
export const SKEWED: number = 4 * MINUTE;
