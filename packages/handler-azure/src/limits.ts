import { DAY, MIB } from '@mesibo-files/handler-core/provider';

/** Azure's limits: https://learn.microsoft.com/azure/storage/blobs/scalability-targets */
export const MAX_PARTS = 50_000;
export const MIN_PART_SIZE: number = MIB;
export const MAX_PART_SIZE: number = 4000 * MIB;
/** One Put Blob. */
export const MAX_SINGLE_SIZE: number = 5000 * MIB;
/** 190.7 TiB. */
export const MAX_OBJECT_SIZE: number = MAX_PARTS * MAX_PART_SIZE;

/** The longest life of a user delegation key, and so of what it signs. */
export const MAX_TIME_TO_LIVE: number = 7 * DAY;
