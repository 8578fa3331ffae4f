import { FILESOURCE, FILETYPE, ORIGIN, type Origin } from '@mesibo-files/handler-core';
import { MESSAGE_ORIGIN, SOURCE, TYPE } from './constants.ts';

/**
 * A `SOURCE` of the FileInfo generation as a `FILESOURCE` of today's. A user's profile list has no counterpart, and
 * becomes `UNKNOWN`. Other numbers stay what they are.
 */
export function currentSource(source: number): number {
  if (source === SOURCE.PROFILETN) return FILESOURCE.THUMBNAIL;
  return source === SOURCE.USERPROFILELIST ? FILESOURCE.UNKNOWN : source;
}

/** A `FILESOURCE` of today as a `SOURCE`. A group's picture was a profile's then, of a message with a group id. */
export function fileInfoSource(source: number): number {
  if (source === FILESOURCE.THUMBNAIL) return SOURCE.PROFILETN;
  return source === FILESOURCE.GROUPPROFILE ? SOURCE.PROFILE : source;
}

/** A `TYPE` as a `FILETYPE`: the location's old number becomes the new one. */
export function currentType(type: number): number {
  return type === TYPE.LOCATION_TO_1_9_50 ? FILETYPE.LOCATION : type;
}

/** An origin that is none today came from the database all the same. */
export function currentOrigin(origin: number): Origin {
  if (origin === MESSAGE_ORIGIN.REALTIME) return ORIGIN.REALTIME;
  if (origin === MESSAGE_ORIGIN.DBSUMMARY) return ORIGIN.DBSUMMARY;
  return origin === MESSAGE_ORIGIN.DBPENDING ? ORIGIN.PENDING : ORIGIN.DBMESSAGE;
}
