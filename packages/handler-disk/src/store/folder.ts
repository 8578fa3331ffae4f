import { join } from 'node:path';
import { type RandomPort, toHex } from '@mesibo-files/handler-core/provider';
import { isErrno, StoreFault } from '../format/codes.ts';
import type { Keyring } from '../presign/keyring.ts';
import { checkReal, createFile, type FileSystem, namesIn, syncFolder, writeFlushed } from './files.ts';
import { Flushes } from './flushes.ts';
import { KnownRecords } from './known-records.ts';
import { deadOwners, OWNER_LENGTH, Owner } from './owners.ts';

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
  /** Sockets of the processes that write here. */
  readonly owners: string;
  /** This process. */
  readonly owner: Owner;
  /** Folders that many write to are flushed for all of them at once. */
  readonly flushes: Flushes;
  readonly records: KnownRecords;
}

/** Opens the folder, or makes it. */
export async function openFolder(files: FileSystem, random: RandomPort, path: string): Promise<Folder> {
  await files.mkdir(path, { recursive: true, mode: FOLDER_MODE });
  const root = await files.realpath(path);
  const [objects, staging, secrets, owners] = await Promise.all(
    ['objects', 'staging', 'secrets', 'owners'].map(async (name) => {
      const folder = join(root, name);
      await files.mkdir(folder, { recursive: true, mode: FOLDER_MODE });
      await checkReal(files, folder);
      return folder;
    }),
  );
  await syncFolder(files, root);
  return {
    files,
    random,
    objects: String(objects),
    staging: String(staging),
    secrets: String(secrets),
    owners: String(owners),
    owner: new Owner(random, String(owners)),
    flushes: new Flushes(files),
    records: new KnownRecords(),
  };
}

/**
 * A new folder in the staging folder.
 * @param kind - stands before its name, for people who look
 * @throws StoreFault `NoSuchStore` when the store's folder is gone: it is never made again while the store runs, for a
 * disk that is no longer mounted looks just so
 */
export async function newStaged(folder: Folder, kind: string): Promise<string> {
  const { files, staging } = folder;
  const path = join(staging, `${kind}-${ownName(folder, await folder.owner.id())}`);
  try {
    await files.mkdir(path, { mode: FOLDER_MODE });
    return path;
  } catch (error) {
    throw isErrno(error, 'ENOENT') ? storeGone() : error;
  }
}

/** A random name that tells whose it is. */
function ownName({ random }: Folder, own: string | null): string {
  return own === null ? toHex(random.bytes(16)) : own + toHex(random.bytes(16 - OWNER_LENGTH / 2));
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

/**
 * Notes which secrets sign for this folder, and refuses one that is not what its id stood for before: a replica with
 * another secret would sign what the others refuse. A note is a name of an empty file, which is there at once.
 * @throws StoreFault `SecretMismatch`
 */
export async function noteSecrets({ files, secrets }: Folder, keyring: Keyring): Promise<void> {
  const known = await files.readdir(secrets);
  for (const [id, fingerprint] of keyring.fingerprints()) {
    const own = `${id}~${fingerprint}`;
    const earlier = known.filter((name) => name.startsWith(`${id}~`));
    if (earlier.some((name) => name !== own)) {
      throw new StoreFault(
        500,
        'SecretMismatch',
        `Another secret was used in this folder under the id ${id}. Give the new one a new id.`,
      );
    }
    if (earlier.length > 0) continue;
    try {
      const handle = await createFile(files, join(secrets, own));
      await handle.close();
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
}

/**
 * Removes a folder in one step, as far as anyone can see: it is renamed away, and then deleted. Of what stays after a
 * crash nothing is found any more, and a sweep deletes it. Answers whether there was one.
 */
export async function discardFolder(folder: Folder, path: string): Promise<boolean> {
  const { files, staging } = folder;
  const trash = join(staging, `trash-${ownName(folder, folder.owner.known)}`);
  try {
    await files.rename(path, trash);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
  await files.rm(trash, { recursive: true, force: true });
  return true;
}

/** The same where a failure before is what counts: what can't be removed now is left to a sweep. */
export async function discardQuietly(folder: Folder, path: string): Promise<void> {
  await discardFolder(folder, path).catch(() => undefined);
}

/** Proves that files can be made, flushed and removed, by doing it. */
export async function probe(folder: Folder): Promise<void> {
  const staged = await newStaged(folder, 'probe');
  try {
    await writeFlushed(folder.files, join(staged, 'file'), 'Is this disk writable?');
    await syncFolder(folder.files, staged);
    await discardFolder(folder, staged);
  } catch (error) {
    await discardQuietly(folder, staged);
    throw error;
  }
}

/**
 * Removes what crashes left, and uploads in which nothing moved for so long (milliseconds).
 * @returns how many it removed
 */
export async function sweepStaging(folder: Folder, olderThan: number, now: number): Promise<number> {
  let removed = 0;
  for (const name of (await namesIn(folder.files, folder.staging)) ?? []) {
    const path = join(folder.staging, name);
    const changed = await lastChange(folder, path);
    if (changed === null || now - changed <= olderThan) continue;
    if (await discardFolder(folder, path)) removed += 1;
  }
  return removed;
}

/** What a process makes for itself alone; sessions outlive it. */
const OWNED = /^(?:put|new|probe|trash)-([0-9a-f]{16})[0-9a-f]{16}$/;

/**
 * Removes at once what processes left that are proved to be dead.
 * @returns how many it removed
 */
export async function sweepDead(folder: Folder): Promise<number> {
  const { files, staging, owners } = folder;
  const dead = await deadOwners(owners);
  if (dead.size === 0) return 0;
  let removed = 0;
  for (const name of (await namesIn(files, staging)) ?? []) {
    if (!dead.has(OWNED.exec(name)?.[1] ?? '')) continue;
    if (await discardFolder(folder, join(staging, name))) removed += 1;
  }
  // Last, so that a sweep that is killed is gone on with.
  for (const path of dead.values()) await files.rm(path, { force: true });
  return removed;
}

/** When a folder or anything in it last changed, or null when it is gone. */
async function lastChange({ files }: Folder, path: string): Promise<number | null> {
  try {
    const names = await files.readdir(path);
    const facts = await Promise.all(
      [path, ...names.map((name) => join(path, name))].map((each) => files.lstat(each)),
    );
    return Math.max(...facts.map(({ mtimeMs }) => mtimeMs));
  } catch (error) {
    // It is at work this very moment, or it is no folder; neither is ours to remove.
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}
