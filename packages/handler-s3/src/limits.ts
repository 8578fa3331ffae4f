export const MIB: number = 1024 * 1024;
export const GIB: number = 1024 * MIB;
export const TIB: number = 1024 * GIB;

/** Amazon's limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000;
export const MIN_PART_SIZE: number = 5 * MIB;
export const MAX_PART_SIZE: number = 5 * GIB;
/** One PUT. */
export const MAX_SINGLE_SIZE: number = 5 * GIB;
/** What compatible stores take too; Amazon itself takes more by now. */
export const MAX_OBJECT_SIZE: number = 5 * TIB;

export const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;
const DAY: number = 24 * 60 * MINUTE;
/** The longest life of a signature (version 4). */
export const MAX_TIME_TO_LIVE: number = 7 * DAY;

/** How long the parts of an unfinished upload are kept before a sweep may discard them. */
export const KEPT_FOR: number = DAY;
