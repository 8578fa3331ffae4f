import type { OwnKeys, StoreClock } from '@mesibo-files/handler-core/provider';
import type { BusySessions } from './busy-sessions.ts';
import type { Folder } from './folder/folder.ts';
import type { Keyring } from './keyring.ts';
import type { Settings } from './settings.ts';

/** What signer and HTTP work with. */
export interface DiskContext {
  readonly settings: Settings;
  /** Of the signer: the store's own is `settings.clock`. */
  readonly clock: StoreClock;
  readonly keyring: Keyring;
  readonly ownKeys: OwnKeys;
  readonly busy: BusySessions;
  /** The folder, opened at the first call. */
  readonly folder: () => Promise<Folder>;
}
