import { keyOfFileUrl } from '@mesibo-files/handler-core';
import { StoreClock } from '@mesibo-files/handler-core/provider';
import { BusySessions } from './busy-sessions.ts';
import type { DiskContext } from './context.ts';
import type { FileSystem } from './folder/file-system.ts';
import { type Folder, openFolder } from './folder/folder.ts';
import { noteSecrets } from './folder/secrets.ts';
import { Keyring } from './keyring.ts';
import type { DiskOptions } from './options.ts';
import { type Settings, settingsOf } from './settings.ts';

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
    folder: opener(settings, keyring, files),
  };
}

/** Opens the folder once; what failed is tried again by the next who asks. */
function opener(
  { folder: path, random }: Settings,
  keyring: Keyring,
  files: FileSystem,
): () => Promise<Folder> {
  let opened: Promise<Folder> | undefined;
  const open = async (): Promise<Folder> => {
    const folder = await openFolder(files, random, path);
    await noteSecrets(folder, keyring);
    return folder;
  };
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
