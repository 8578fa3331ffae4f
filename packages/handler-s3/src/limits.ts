import { DAY, GIB, MIB, TIB } from '@mesibo-files/handler-core/provider';

/** Amazon's limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000;
export const MIN_PART_SIZE: number = 5 * MIB;
export const MAX_PART_SIZE: number = 5 * GIB;
/** One PUT. */
export const MAX_SINGLE_SIZE: number = 5 * GIB;
/** What compatible stores take too; Amazon itself takes more by now. */
export const MAX_OBJECT_SIZE: number = 5 * TIB;
/** The longest life of a signature (version 4), in milliseconds. */
export const MAX_TIME_TO_LIVE: number = 7 * DAY;
