import { DAY, GIB, KIB, MIB, MINUTE, SECOND, TIB } from '@mesibo-files/handler-core/provider';

/** Bounds of a session's chunk, in bytes. */
export const MIN_PART_SIZE: number = 64 * KIB;
export const MAX_PART_SIZE: number = 5 * GIB;
/** A source that ends within this is read before it is sent. */
export const MAX_SINGLE_SIZE: number = 5 * GIB;
/** Within what common file systems take: 16 TiB on ext4. */
export const MAX_OBJECT_SIZE: number = 5 * TIB;
/** The longest life of a signed request, in milliseconds. */
export const MAX_TIME_TO_LIVE: number = 7 * DAY;
/** A request that was signed further ahead than this is refused, in milliseconds: one of the clocks is wrong. */
export const MAX_SKEW: number = 15 * MINUTE;

/** Least bytes of a secret. */
export const MIN_SECRET_BYTES = 32;

/** Bytes that are gathered before they are written: a system call each for the 64 KiB that a socket gives costs more. */
export const WRITE_BATCH: number = MIB;
/** After so many bytes the disk is set to work, so that the flush at the end has little left to do. */
export const FLUSH_STRIDE: number = 64 * MIB;
/** Bytes that are read from disk at once. */
export const READ_CHUNK: number = 512 * KIB;
/** Bytes of a body that is not wanted which are still taken, so that the client gets to read why. */
export const LINGER: number = 16 * MIB;

/**
 * A session that another process writes to is taken from it when nothing was written for so long, in milliseconds. It
 * is safe at any time (see `takeOver`), but costs a copy.
 */
export const TAKE_OVER_AFTER: number = 3 * SECOND;
/** The same for one that is just being copied. */
export const COPY_WITHIN: number = 10 * MINUTE;
