import { keyOfFileUrl, type OwnKeys, StoreClock } from '@mesibo-files/handler-core/provider';
import { type DiskOptions, type Settings, settingsOf } from '../options.ts';
import { Keyring } from '../presign/keyring.ts';
import type { FileSystem } from './files.ts';
import { type Folder, noteSecrets, openFolder } from './folder.ts';

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
  /** The same, if it was opened. */
  readonly opened: () => Promise<Folder> | undefined;
}

/** What signer and HTTP share. Nothing is touched before the first call. @throws `invalid-argument` that names every option that is wrong */
export function contextOf(options: DiskOptions, files: FileSystem): DiskContext {
  const settings = settingsOf(options);
  const keyring = new Keyring(settings.secrets);
  return {
    settings,
    keyring,
    clock: new StoreClock(settings.clock),
    busy: new BusySessions(),
    ownKeys: {
      prefix: settings.prefix,
      get publicUrl() {
        return settings.publicUrl();
      },
      keyOfBucketUrl: (url) => keyOfFileUrl(settings.storeUrl(), url),
    },
    ...opener(settings, keyring, files),
  };
}

/** Opens the folder once; what failed is tried again by the next who asks. */
function opener(
  { folder: path, random }: Settings,
  keyring: Keyring,
  files: FileSystem,
): Pick<DiskContext, 'folder' | 'opened'> {
  let opened: Promise<Folder> | undefined;
  const open = async (): Promise<Folder> => {
    const folder = await openFolder(files, random, path);
    await noteSecrets(folder, keyring);
    return folder;
  };
  return {
    opened: () => opened,
    folder: () => {
      opened ??= open().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return opened;
    },
  };
}

interface Running {
  readonly stop: () => void;
  readonly ended: Promise<void>;
}

/** The sessions that this process writes to. A client sends one request at a time, so a later one means that it gave up the earlier. */
class BusySessions {
  readonly #running = new Map<string, Running>();

  /**
   * Waits for the request before to end, which is stopped, and takes its place.
   * @param stop - ends this one, when there is a later one
   * @returns what must be called when this one has ended
   */
  async enter(id: string, stop: () => void): Promise<() => void> {
    await this.evict(id);
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#running.set(id, { stop, ended });
    return () => {
      this.#running.delete(id);
      end();
    };
  }

  /** Stops the request that writes to a session, and waits until it has ended. */
  async evict(id: string): Promise<void> {
    for (let running = this.#running.get(id); running !== undefined; running = this.#running.get(id)) {
      running.stop();
      await running.ended;
    }
  }
}
