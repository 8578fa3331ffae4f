import { FolderClaims } from './device/folder-claims.ts';
import { type HostSettings, type MesiboNetworkOptions, withDefaults } from './device/options.ts';
import { PostOffice } from './messages/post-office.ts';
import { StoredFiles } from './messages/stored-files.ts';
import { ProfileDirectory } from './profiles/profile-directory.ts';
import { Mesibo } from './user/mesibo.ts';

/** mesibo's server, as far as files need it: knows the users, and carries messages between them. */
export class MesiboNetwork {
  readonly #settings: HostSettings;
  readonly #postOffice: PostOffice;
  readonly #claims: FolderClaims;
  readonly #stored = new StoredFiles();
  readonly #pictures = new ProfileDirectory();
  readonly #users = new Map<string, Mesibo>();

  constructor(options: MesiboNetworkOptions = {}) {
    this.#settings = withDefaults(options);
    this.#claims = new FolderClaims(this.#settings.files);
    this.#postOffice = new PostOffice(this.#settings.schedule, () => this.#settings.clock.now());
  }

  /**
   * The user with this address, the same object at every call. Messages that were sent before the first call arrive
   * right after it, as pending ones: add the listeners at once.
   */
  user(address: string): Mesibo {
    const known = this.#users.get(address);
    if (known !== undefined) return known;
    const user = new Mesibo(
      address,
      this.#users.size + 1,
      this.#settings,
      this.#postOffice,
      this.#pictures,
      this.#claims,
      this.#stored,
    );
    this.#users.set(address, user);
    return user;
  }
}
