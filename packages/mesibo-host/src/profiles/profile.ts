import { TransferError } from '@mesibo-files/handler-core';
import type { MesiboListener } from '../messages/listeners.ts';
import type { MesiboMessage } from '../messages/message.ts';
import type { MesiboReadSession } from '../messages/read-session.ts';
import type { PictureChoice } from './picture-slot.ts';
import type { ProfileDetails } from './profile-book.ts';

/** What a profile asks of the user that it belongs to. */
export interface ProfileHost {
  newMessage(profile: MesiboProfile): MesiboMessage;
  createReadSession(profile: MesiboProfile, listener: MesiboListener | null): MesiboReadSession;
  /** Whether this user may change the pictures. */
  mayChangePictures(profile: MesiboProfile): boolean;
  /** Uploads a picture that was set. */
  upload(profile: MesiboProfile, choice: PictureChoice, path: string): boolean;
  pictureUrl(profile: MesiboProfile, choice: PictureChoice): string | null;
  details(profile: MesiboProfile): ProfileDetails;
  putDetails(profile: MesiboProfile, details: Partial<ProfileDetails>): void;
}

/** A picture that was set and not saved yet. */
interface PicturePath {
  readonly choice: PictureChoice;
  readonly path: string;
}

/** Another user, oneself, or a group, as this user sees them; mesibo's `MesiboProfile`. */
export class MesiboProfile {
  /** Address of the user; empty for a group. */
  readonly address: string;
  /** Number of the group; 0 for a user. */
  readonly groupId: number;
  readonly #host: ProfileHost;
  readonly #set = new Map<string, PicturePath>();
  #details: Partial<ProfileDetails> = {};

  /** @internal */
  constructor(address: string, groupId: number, host: ProfileHost) {
    this.address = address;
    this.groupId = groupId;
    this.#host = host;
  }

  /** What this user is called; what was set and not saved yet counts here alone. Empty where nobody said. */
  get name(): string {
    return this.#details.name ?? this.#host.details(this).name;
  }
  set name(name: string) {
    this.#details = { ...this.#details, name };
  }
  /** A line of text that the user, or group, shows. */
  get status(): string {
    return this.#details.status ?? this.#host.details(this).status;
  }
  set status(status: string) {
    this.#details = { ...this.#details, status };
  }

  /** A message to this user, not sent yet. @throws `unsupported` for a group: this host has no members to send to */
  newMessage(): MesiboMessage {
    return this.#host.newMessage(this);
  }
  /** Reads the messages with this user: see `Mesibo.createReadSession`. */
  createReadSession(listener: MesiboListener | null = null): MesiboReadSession {
    return this.#host.createReadSession(this, listener);
  }

  /** Sets one of the pictures, by its local path. {@link save} uploads it. One's own profile, or a group's. */
  setImage(path: string, imageIndex = 0): void {
    this.#put({ thumbnail: false, imageIndex }, path);
  }
  /** Sets the small picture that goes with one: {@link setImage}. */
  setThumbnail(path: string, imageIndex = 0): void {
    this.#put({ thumbnail: true, imageIndex }, path);
  }
  /**
   * Saves what was set. A picture is uploaded once; an upload of the same picture from the same path that runs already goes
   * on. Others see a picture once it is uploaded. Name and status of oneself, and of a group, are seen by all; those of
   * another user are what this user calls them. True when every upload runs then, or has ended at once.
   *
   * @throws `invalid-argument` for a picture of another user; nothing is saved then
   */
  save(): boolean {
    const set = [...this.#set.values()];
    this.#set.clear();
    if (set.length > 0 && !this.#host.mayChangePictures(this)) {
      throw new TransferError('invalid-argument', "Another user's pictures can't be changed", {
        hint: 'Use getSelfProfile(), or the profile of a group.',
      });
    }
    this.#host.putDetails(this, this.#details);
    this.#details = {};
    return set.map(({ choice, path }) => this.#host.upload(this, choice, path)).every((began) => began);
  }

  /** Where the picture is stored; null while there is none. */
  getImageUrl(imageIndex = 0): string | null {
    return this.#host.pictureUrl(this, { imageIndex });
  }
  getThumbnailUrl(imageIndex = 0): string | null {
    return this.#host.pictureUrl(this, { imageIndex, thumbnail: true });
  }

  #put(choice: PictureChoice, path: string): void {
    this.#set.set(JSON.stringify(choice), { choice, path });
  }
}
