/** Bytes. */
export const KIB = 1024;
export const MIB: number = 1024 * KIB;
export const GIB: number = 1024 * MIB;
export const TIB: number = 1024 * GIB;

/** Milliseconds. */
export const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;
export const DAY: number = 24 * 60 * MINUTE;

/** How long what is stored of an unfinished upload is kept before a sweep may discard it, in milliseconds. */
export const KEPT_FOR: number = 24 * 60 * MINUTE;
