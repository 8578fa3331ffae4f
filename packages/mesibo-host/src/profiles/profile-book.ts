/** What a profile says of itself beside its pictures. */
export interface ProfileDetails {
  readonly name: string;
  readonly status: string;
}

/** Names a profile: a user's address, or a group's number. */
export interface ProfileName {
  /** Empty for a group. */
  readonly address: string;
  /** 0 for a user. */
  readonly groupId: number;
}

interface Entry extends ProfileName {
  /** What this user calls them; empty: what they say of themselves. */
  details: Partial<ProfileDetails>;
  /** Larger: their last message came or went later. 0: there was none. */
  recent: number;
}

/** The profiles that one user knows: those that the app made, and those of users with whom there were messages. */
export class ProfileBook {
  readonly #entries = new Map<string, Entry>();
  #count = 0;

  has(profile: ProfileName): boolean {
    return this.#entries.has(profileKey(profile));
  }
  details(profile: ProfileName): Partial<ProfileDetails> {
    return this.#entries.get(profileKey(profile))?.details ?? {};
  }
  /** Adds a profile, or changes what this user calls it. */
  put(profile: ProfileName, details: Partial<ProfileDetails>): void {
    const entry = this.#entry(profile);
    entry.details = { ...entry.details, ...details };
  }
  /** A message went to or came from this user. */
  met(address: string): void {
    this.#count += 1;
    this.#entry({ address, groupId: 0 }).recent = this.#count;
  }
  /** False where it is not known. */
  remove(profile: ProfileName): boolean {
    return this.#entries.delete(profileKey(profile));
  }

  /** In the order in which they became known. */
  all(): readonly ProfileName[] {
    return [...this.#entries.values()];
  }
  /** Those with messages, the last one first. */
  recent(): readonly ProfileName[] {
    return [...this.#entries.values()]
      .filter(({ recent }) => recent > 0)
      .sort((left, right) => right.recent - left.recent);
  }

  #entry({ address, groupId }: ProfileName): Entry {
    const key = profileKey({ address, groupId });
    const entry = this.#entries.get(key) ?? { address, groupId, details: {}, recent: 0 };
    this.#entries.set(key, entry);
    return entry;
  }
}

export function profileKey({ address, groupId }: ProfileName): string {
  return groupId > 0 ? `group ${groupId}` : `user ${address}`;
}
