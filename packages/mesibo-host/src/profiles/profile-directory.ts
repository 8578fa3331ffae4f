import { type PictureSlot, slotKey } from './picture-slot.ts';
import { type ProfileDetails, type ProfileName, profileKey } from './profile-book.ts';

/** What mesibo's server knows of its users and groups: their details, and a URL for each of their pictures. */
export class ProfileDirectory {
  readonly #urls = new Map<string, string>();
  readonly #details = new Map<string, ProfileDetails>();
  readonly #watchers = new Set<(profile: ProfileName) => void>();

  /** Calls back whenever a profile has changed. */
  watch(changed: (profile: ProfileName) => void): void {
    this.#watchers.add(changed);
  }

  url(slot: PictureSlot): string | null {
    return this.#urls.get(slotKey(slot)) ?? null;
  }
  /** Whether any picture is stored there. */
  has(url: string): boolean {
    return [...this.#urls.values()].includes(url);
  }
  publish(slot: PictureSlot, url: string): void {
    this.#urls.set(slotKey(slot), url);
    this.#tell(slot);
  }
  /** False where there was none. */
  remove(slot: PictureSlot): boolean {
    const removed = this.#urls.delete(slotKey(slot));
    if (removed) this.#tell(slot);
    return removed;
  }

  details(profile: ProfileName): ProfileDetails {
    return this.#details.get(profileKey(profile)) ?? { name: '', status: '' };
  }
  publishDetails(profile: ProfileName, details: Partial<ProfileDetails>): void {
    const before = this.details(profile);
    const after = { ...before, ...details };
    if (after.name === before.name && after.status === before.status) return;
    this.#details.set(profileKey(profile), after);
    this.#tell(profile);
  }

  #tell({ address, groupId }: ProfileName): void {
    for (const watcher of this.#watchers) watcher({ address, groupId });
  }
}
