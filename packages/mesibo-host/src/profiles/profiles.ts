import { TransferError } from '@mesibo-files/handler-core';
import type { Mailbox } from '../messages/mailbox.ts';
import { slotOf } from './picture-slot.ts';
import type { Pictures } from './pictures.ts';
import { MesiboProfile, type ProfileHost } from './profile.ts';
import type { ProfileBook, ProfileDetails, ProfileName } from './profile-book.ts';
import type { ProfileDirectory } from './profile-directory.ts';

/** What the profiles of one user need of that user. */
export interface ProfilesHost {
  readonly address: string;
  readonly mailbox: Pick<Mailbox, 'newMessage' | 'session'>;
  readonly pictures: Pictures;
  readonly directory: ProfileDirectory;
  readonly book: ProfileBook;
}

/** The profiles that one user sees: joins them to the user's messages and pictures, and to what mesibo's server knows. */
export class Profiles {
  readonly #host: ProfilesHost;
  readonly #profileHost: ProfileHost;

  constructor(host: ProfilesHost) {
    this.#host = host;
    this.#profileHost = {
      newMessage(profile) {
        if (profile.groupId > 0)
          throw new TransferError('unsupported', 'mesibo-host sends no messages to groups');
        return host.mailbox.newMessage(profile.address);
      },
      createReadSession: (profile, listener) => host.mailbox.session(profile.address, listener),
      mayChangePictures: (profile) => this.#isOurs(profile),
      upload: (profile, choice, path) => host.pictures.upload(slotOf(profile, choice), path, 0),
      pictureUrl: (profile, choice) => host.pictures.url(slotOf(profile, choice)),
      details: (profile) => ({ ...host.directory.details(profile), ...host.book.details(profile) }),
      putDetails: (profile, details) => this.#put(profile, details),
    };
  }

  of(address: string, groupId: number): MesiboProfile {
    return new MesiboProfile(groupId > 0 ? '' : address, groupId, this.#profileHost);
  }

  /** Whether this user is told of changes of the profile. */
  knows(profile: ProfileName): boolean {
    return this.#isSelf(profile) || this.#host.book.has(profile);
  }

  create(address: string, groupId: number, name: string): MesiboProfile {
    const profile = this.of(address, groupId);
    if (!this.#isSelf(profile)) this.#host.book.put(profile, name === '' ? {} : { name });
    else if (name !== '') this.#put(profile, { name });
    return profile;
  }

  delete(profile: ProfileName): boolean {
    const removed = this.#host.book.remove(profile);
    if (removed && !this.#isSelf(profile)) this.#host.pictures.forgetAll(profile);
    return removed;
  }

  set(profile: MesiboProfile): boolean {
    if (!this.#isSelf(profile)) this.#host.book.put(profile, {});
    return profile.save();
  }

  all(): MesiboProfile[] {
    return this.#named(this.#host.book.all());
  }
  recent(): MesiboProfile[] {
    return this.#named(this.#host.book.recent());
  }
  /** By name, without regard to case; those with none by their address or number. */
  sorted(): MesiboProfile[] {
    const titled = this.all().map((profile) => ({
      profile,
      title: profile.name || profile.address || String(profile.groupId),
    }));
    const { compare } = new Intl.Collator('en', { sensitivity: 'base', numeric: true });
    return titled.sort((left, right) => compare(left.title, right.title)).map(({ profile }) => profile);
  }

  #named(names: readonly ProfileName[]): MesiboProfile[] {
    return names.map(({ address, groupId }) => this.of(address, groupId));
  }

  /** One's own details, and a group's, are seen by all; what one calls another user, by oneself alone. */
  #put(profile: ProfileName, details: Partial<ProfileDetails>): void {
    if (this.#isOurs(profile)) this.#host.directory.publishDetails(profile, details);
    else this.#host.book.put(profile, details);
  }

  #isOurs(profile: ProfileName): boolean {
    return profile.groupId > 0 || this.#isSelf(profile);
  }
  #isSelf({ address, groupId }: ProfileName): boolean {
    return groupId === 0 && address === this.#host.address;
  }
}
