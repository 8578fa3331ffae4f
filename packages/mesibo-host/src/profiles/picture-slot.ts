import { FILESOURCE, type FileSource, TransferError } from '@mesibo-files/handler-core';

/** What a profile file is: this, and not a message's id, tells one from another. */
export interface PictureSlot {
  /** The user that the picture is of; empty for a group's. */
  readonly address: string;
  /** The group that the picture is of; 0 for a user's. */
  readonly groupId: number;
  /** The small picture, instead of the picture itself. */
  readonly thumbnail: boolean;
  /** Which of several, from 0. */
  readonly imageIndex: number;
}

/** Names one of a profile's files. */
export interface PictureChoice {
  /** The small picture instead of the picture itself: `source` 3 instead of 1 or 2. Default false. */
  readonly thumbnail?: boolean;
  /** A profile has several pictures: which one, from 0. Default 0. */
  readonly imageIndex?: number;
}

/** @throws `invalid-argument` for an index that is no whole number from 0 */
export function slotOf(
  { address, groupId }: Pick<PictureSlot, 'address' | 'groupId'>,
  { thumbnail = false, imageIndex = 0 }: PictureChoice,
): PictureSlot {
  if (!Number.isSafeInteger(imageIndex) || imageIndex < 0) {
    throw new TransferError('invalid-argument', 'imageIndex must be a whole number from 0');
  }
  return { address, groupId, thumbnail, imageIndex };
}

/** mesibo's `source` of the slot's transfers. */
export function sourceOf({ groupId, thumbnail }: PictureSlot): FileSource {
  if (thumbnail) return FILESOURCE.THUMBNAIL;
  return groupId > 0 ? FILESOURCE.GROUPPROFILE : FILESOURCE.PROFILE;
}

export function slotKey({ address, groupId, thumbnail, imageIndex }: PictureSlot): string {
  return JSON.stringify([address, groupId, thumbnail, imageIndex]);
}

/** The most characters of an address in a file's name; with 4 bytes each and the rest they stay below 255. */
const NAMED_AT_MOST = 40;

/**
 * The name under which the picture is kept. Two slots never share one, not even where the file system takes `A` for
 * `a`. Without an extension: what kind of picture it is, its sender knows.
 *
 * @param digest - hex digits that stand for an address too long for a file's name
 */
export function pictureName(slot: PictureSlot, digest: (text: string) => string): string {
  const kind = slot.thumbnail ? 'thumbnail' : 'profile';
  const safe = slot.address.replace(
    /[^a-z0-9]/gu,
    (character) => `_${character.codePointAt(0)?.toString(16)}_`,
  );
  const user = safe.length <= NAMED_AT_MOST ? safe : `__${digest(slot.address)}`;
  return `${kind}-${slot.groupId > 0 ? `group${slot.groupId}` : user}-${slot.imageIndex}`;
}
