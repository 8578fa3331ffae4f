import { join } from 'node:path';
import { type RandomPort, toHex } from '@mesibo-files/handler-core';
import { isErrno, StoreFault } from '../store-fault.ts';
import type { FileSystem } from './file-system.ts';
import { checkReal, syncFolder } from './real-files.ts';

/** Mode of folders: only the owner may look into what the store makes. */
export const FOLDER_MODE = 0o700;

/** The store's folder, opened. All three paths are real: no part of them is a symbolic link. */
export interface Folder {
  readonly files: FileSystem;
  readonly random: RandomPort;
  /** Objects, under their keys. */
  readonly objects: string;
  /** What is being written or removed: on the same file system, so that a rename moves it at once. */
  readonly staging: string;
  /** Which secrets were used here: empty files, named by id and fingerprint. */
  readonly secrets: string;
}

/** Opens the folder, or makes it. */
export async function openFolder(files: FileSystem, random: RandomPort, path: string): Promise<Folder> {
  await files.mkdir(path, { recursive: true, mode: FOLDER_MODE });
  const root = await files.realpath(path);
  const [objects, staging, secrets] = await Promise.all(
    ['objects', 'staging', 'secrets'].map(async (name) => {
      const folder = join(root, name);
      await files.mkdir(folder, { recursive: true, mode: FOLDER_MODE });
      await checkReal(files, folder);
      return folder;
    }),
  );
  await syncFolder(files, root);
  return { files, random, objects: String(objects), staging: String(staging), secrets: String(secrets) };
}

/**
 * A new folder in the staging folder.
 * @param kind - stands before its name, for people who look
 * @throws StoreFault `NoSuchStore` when the store's folder is gone: it is never made again while the store runs, for a
 * disk that is no longer mounted looks just so
 */
export async function newStaged({ files, random, staging }: Folder, kind: string): Promise<string> {
  const path = join(staging, `${kind}-${toHex(random.bytes(16))}`);
  try {
    await files.mkdir(path, { mode: FOLDER_MODE });
    return path;
  } catch (error) {
    throw isErrno(error, 'ENOENT') ? storeGone() : error;
  }
}

/** @throws StoreFault `NoSuchStore` when the store's folder is gone */
export async function checkThere({ files, objects }: Folder): Promise<void> {
  try {
    await files.stat(objects);
  } catch (error) {
    throw isErrno(error, 'ENOENT') ? storeGone() : error;
  }
}

function storeGone(): StoreFault {
  return new StoreFault(404, 'NoSuchStore', "The store's folder is gone. Is its disk mounted?");
}
