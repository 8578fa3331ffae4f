import { CONNECTIVITY, type Connectivity, type FileType, type Mid } from '@mesibo-files/handler-core';
import { type NetworkPort, safeFileName } from '@mesibo-files/handler-core/provider';
import { ConfinedFiles } from './confined-files.ts';
import { ConnectivityState } from './connectivity.ts';
import { fileType } from './file-type.ts';
import type { FolderClaims } from './folder-claims.ts';
import { newSenderId, senderIdOf } from './ids.ts';
import type { HostSettings } from './options.ts';
import { isUiThread } from './platform.ts';
import { shortDigest } from './short-digest.ts';

const IMAGE_MOST = 64 * 1024 * 1024;

/** The part of mesibo's API that needs neither messages nor transfers: paths, files, the network's state, time and ids. */
export class MesiboDevice {
  readonly #settings: HostSettings;
  readonly #connectivity: ConnectivityState;
  readonly #startedAt: number;
  readonly #claims: FolderClaims;
  readonly #address: string;
  readonly #own: string;
  #folder: string;

  /** @internal */
  constructor(address: string, settings: HostSettings, claims: FolderClaims) {
    this.#address = address;
    this.#settings = settings;
    this.#claims = claims;
    this.#connectivity = new ConnectivityState(settings.network);
    this.#startedAt = settings.clock.monotonic();
    this.#own = ownFolder(address);
    this.#folder = this.#own;
    claims.claim(this.#own, address);
  }

  /**
   * The folder that files go to which are received from now on; it must exist, and belong to this user alone, or one
   * user's file could be taken for another's. Default: a folder in the working directory that has the user's address as
   * its name, made when the first file is received.
   * @throws `invalid-argument` when another user of this network has the folder
   */
  setPath(folder: string): void {
    this.#claims.claim(folder, this.#address);
    this.#folder = folder;
  }
  getBasePath(): string {
    return this.#folder;
  }
  /** @internal Where received files go; the default folder is made here. */
  protected receivingFolder(): string {
    if (this.#folder === this.#own) this.#settings.files.makeFolder(this.#folder);
    return this.#folder;
  }
  /**
   * Where files of this kind are kept. mesibo has a folder for each; this host keeps all of them in one, and sent files
   * where they are.
   */
  getFilePath(_type: number, _sent: boolean): string {
    return this.#folder;
  }
  getImagePath(_sent: boolean): string {
    return this.#folder;
  }
  getVideoPath(_sent: boolean): string {
    return this.#folder;
  }
  getAudioPath(_sent: boolean): string {
    return this.#folder;
  }
  getDocumentPath(_sent: boolean): string {
    return this.#folder;
  }
  /** The kind of a file, one of `FILETYPE`, told by its name. */
  getFileType(path: string): FileType {
    return fileType(path);
  }

  /**
   * Makes a file that is not there yet, in a folder that is; both are inside the folder of {@link setPath}, else
   * nothing is done. As all five file calls: true when it was done, false when not, and it never throws.
   *
   * @param path - the folder, absolute or from the folder of `setPath`
   */
  createFile(path: string, name: string, content: string | Uint8Array = ''): boolean {
    return this.#files().create(path, name, content);
  }
  /** Whether there is a file or folder, and it is inside the folder of {@link setPath}. */
  fileExists(path: string): boolean {
    return this.#files().exists(path);
  }
  /** Nothing may have the new path yet. */
  renameFile(oldPath: string, newPath: string): boolean {
    return this.#files().rename(oldPath, newPath);
  }
  /** Copies a regular file. Nothing may have the new path yet. */
  copyFile(sourcePath: string, newPath: string): boolean {
    return this.#files().copy(sourcePath, newPath);
  }
  /** Deletes a file, or a symbolic link itself; never a folder. */
  deleteFile(path: string): boolean {
    return this.#files().delete(path);
  }

  /**
   * What `setNetwork` said last; until it says something, what the platform tells: a browser knows a metered network, its
   * kind from 2G to 4G, and that there is none. Everything else counts as Wi-Fi.
   */
  getNetworkConnectivity(): Connectivity {
    return this.#connectivity.connectivity();
  }
  /** Tells mesibo of the network. While it is `DISCONNECTED`, messages wait on both sides. */
  setNetwork(connectivity: Connectivity): void {
    this.#connectivity.set(connectivity);
  }
  /** The same state as a port of the engine's, for the `network` of a runtime's ports. */
  get network(): NetworkPort {
    return this.#connectivity;
  }
  /** There is a network. */
  protected get connected(): boolean {
    return this.getNetworkConnectivity() !== CONNECTIVITY.DISCONNECTED;
  }

  /** The time in milliseconds since 1970. */
  getTimestamp(): number {
    return this.#settings.clock.now();
  }
  /** The bytes of a picture, up to 64 MiB; null: there is no such file, or it is larger. */
  loadImage(path: string): Uint8Array | null {
    return this.#settings.files.read(path, IMAGE_MOST);
  }
  /**
   * A small JPEG of a picture, made by `MesiboNetworkOptions.media`; null: there is none to make it, or it can't be decoded.
   * JavaScript decodes pictures beside everything else, so it is a promise.
   */
  async getThumbnailBitmap(image: Uint8Array): Promise<Uint8Array | null> {
    return (await this.#settings.media?.thumbnail(image)) ?? null;
  }

  /** Milliseconds since this user's mesibo was made, on a clock that never jumps. */
  getUpTime(): number {
    return Math.floor(this.#settings.clock.monotonic() - this.#startedAt);
  }
  /** Whether this runs where an app draws: a browser's page and no worker; in Node, the main thread. */
  isUiThread(): boolean {
    return isUiThread();
  }
  /** A new 32-bit number for a message, never 0. */
  getUniqueMessageId(): number {
    return newSenderId(this.#settings.random);
  }
  /** A new 32-bit number for a message, never 0; the name of {@link getUniqueMessageId} up to SDK 1.9. */
  random(): number {
    return this.getUniqueMessageId();
  }
  /** The sender's own 32-bit number in a message's id. */
  getSenderMessageId(mid: Mid): number {
    return senderIdOf(mid);
  }

  #files(): ConfinedFiles {
    return new ConfinedFiles(this.receivingFolder(), this.#settings.onError);
  }
}

/** The folder of a user who chose none: no two addresses have the same, also where case does not count. */
function ownFolder(address: string): string {
  if (/^[a-z0-9@+_-][a-z0-9@+_.-]{0,99}$/.test(address)) return address;
  return `${safeFileName(address).slice(0, 60)}-${shortDigest(address)}`;
}
