import { MesiboDevice } from '../device/device.ts';
import type { FolderClaims } from '../device/folder-claims.ts';
import type { HostSettings } from '../device/options.ts';
import { shortDigest } from '../device/short-digest.ts';
import { Listeners, type MesiboListener } from '../messages/listeners.ts';
import { Mailbox } from '../messages/mailbox.ts';
import type { MesiboMessage } from '../messages/message.ts';
import { Outbox } from '../messages/outbox.ts';
import type { PostOffice } from '../messages/post-office.ts';
import type { MesiboReadSession } from '../messages/read-session.ts';
import type { PictureDirectory } from '../profiles/picture-directory.ts';
import { type PictureChoice, slotOf } from '../profiles/picture-slot.ts';
import { Pictures } from '../profiles/pictures.ts';
import { MesiboProfile, type ProfileHost } from '../profiles/profile.ts';
import { profileHost } from '../profiles/profile-host.ts';
import { BlockList } from '../transfers/block-list.ts';
import type { UploadUrlOptions } from '../upload-url/options.ts';
import { OwnTransfers } from '../upload-url/own-transfers.ts';

/** mesibo as one user's app sees it. Made by `MesiboNetwork.user(address)`; online from the start. */
export class Mesibo extends MesiboDevice {
  readonly address: string;
  /**
   * The app's preference "download media automatically", for what mesibo downloads by itself where there is no Wi-Fi;
   * mesibo's key `autodownload`. A handler is given it as its runtime's admission option. Default true.
   */
  autoDownload = true;
  readonly #uid: number;
  readonly #postOffice: PostOffice;
  readonly #listeners: Listeners;
  readonly #outbox: Outbox;
  readonly #mailbox: Mailbox;
  readonly #pictures: Pictures;
  readonly #own: OwnTransfers;
  readonly #profiles: ProfileHost;
  #started = true;
  #filesEnabled = true;

  /** @internal */
  constructor(
    address: string,
    uid: number,
    settings: HostSettings,
    postOffice: PostOffice,
    directory: PictureDirectory,
    claims: FolderClaims,
  ) {
    super(address, settings, claims);
    this.address = address;
    this.#uid = uid;
    this.#postOffice = postOffice;
    this.#listeners = new Listeners(settings.onError);
    const online = (): boolean => this.#started && this.connected;
    this.#outbox = new Outbox({
      address,
      online,
      carry: (envelope) => postOffice.carry(envelope),
      statusChanged: (message) => this.#listeners.tell('Mesibo_onMessageStatus', message),
    });
    this.#own = new OwnTransfers(settings, {
      network: this.network,
      uid,
      autoDownload: () => this.autoDownload,
    });
    const tasks = {
      handlers: (upload: boolean) => {
        const handlers = this.#listeners.handlers();
        return handlers.length > 0 ? handlers : this.#own.handlers(upload);
      },
      enabled: () => this.#filesEnabled,
      delegate: this.#own.delegate,
      blocked: new BlockList(),
      userUnblocks: settings.userUnblocks,
      onError: settings.onError,
    };
    this.#mailbox = new Mailbox(settings, this.#listeners, this.#outbox, tasks, () => this.receivingFolder());
    this.#pictures = new Pictures(directory, {
      tasks: {
        ...tasks,
        changed: (transfer) => {
          if (transfer !== null) this.#listeners.tellProgress(transfer);
        },
      },
      files: settings.files,
      folder: () => this.receivingFolder(),
      digest: shortDigest,
    });
    this.#profiles = profileHost(address, this.#mailbox, this.#pictures);
    this.network.onChange(() => this.#reconnect());
    postOffice.register(address, {
      online,
      receive: (envelope, origin) => this.#mailbox.receive(envelope, origin),
      delivered: (mid) => this.#outbox.delivered(mid),
    });
  }

  /** mesibo's numeric id of this user, unsigned 32-bit. */
  getUid(): number {
    return this.#uid;
  }

  /**
   * Registers a file transfer handler, a message listener, a progress listener, or all in one: what it is told depends
   * on the methods it has. Handlers are asked in the order in which they were added; the first to say true owns the
   * transfer.
   */
  addListener(listener: MesiboListener): void {
    this.#listeners.add(listener);
  }
  removeListener(listener: MesiboListener): void {
    this.#listeners.remove(listener);
  }
  /** As {@link removeListener}, in the spelling of mesibo's iOS header. */
  removeListner(listener: MesiboListener): void {
    this.removeListener(listener);
  }

  /** Files can be sent: the app has a handler, or an upload URL was set, and they were not switched off. */
  isFileTransferEnabled(): boolean {
    return this.#filesEnabled && (this.#listeners.handlers().length > 0 || this.#own.uploadUrl !== null);
  }
  /**
   * Switches file transfers on or off. While they are off nobody is asked: transfers are put off, as if a handler had
   * said false (our reading). What runs goes on. Default on.
   */
  enableFileTransfer(enable: boolean): void {
    this.#filesEnabled = enable;
  }
  /** `enableFileTransfer(false)`, as it was called up to SDK 2.1.5. */
  disableFileTransfer(): void {
    this.enableFileTransfer(false);
  }

  /**
   * Where mesibo uploads to by itself, where the app has no handler; and whose token goes with an upload, and with a
   * protected download. Null or an empty URL: nowhere.
   *
   * @param options - ours: mesibo takes two arguments
   * @throws `invalid-url`, `invalid-argument`
   */
  setUploadUrl(url: string | null, authToken: string | null = null, options: UploadUrlOptions = {}): void {
    this.#own.setUploadUrl(url, authToken, options);
  }
  getUploadUrl(): string | null {
    return this.#own.uploadUrl;
  }
  getUploadAuthToken(): string | null {
    return this.#own.authToken;
  }

  /** Another user; or a group, by its number: of a group, this host knows the pictures only. */
  getProfile(address: string, groupId = 0): MesiboProfile {
    return new MesiboProfile(groupId > 0 ? '' : address, groupId, this.#profiles);
  }
  getSelfProfile(): MesiboProfile {
    return this.getProfile(this.address);
  }
  /**
   * Asks for the download of a profile's picture; one that runs already is not begun twice. True when it runs, or the
   * picture is there; false when there is none, or it was not started. The progress listeners are told of it, and no
   * message is: it has none.
   *
   * @param choice - which of its pictures. `priority` as in `startFileTransfer`, default 0
   */
  startUserProfilePictureTransfer(
    profile: MesiboProfile,
    choice: PictureChoice & { readonly priority?: number } = {},
  ): boolean {
    return this.#pictures.download(slotOf(profile, choice), choice.priority ?? 0);
  }
  /** Stops the transfer of a profile's picture, up or down; false when none runs. */
  stopUserProfilePictureTransfer(profile: MesiboProfile, choice: PictureChoice = {}): boolean {
    return this.#pictures.stop(slotOf(profile, choice));
  }
  /** Where the picture is, once it was downloaded. */
  getUserProfilePicturePath(profile: MesiboProfile, choice: PictureChoice = {}): string {
    return this.#pictures.path(slotOf(profile, choice));
  }
  /**
   * Deletes the picture that was downloaded, and stops its transfer; one's own, and a group's, is taken out of the
   * profile too. False where there was nothing to do.
   */
  deleteUserProfilePicture(profile: MesiboProfile, choice: PictureChoice = {}): boolean {
    const slot = slotOf(profile, choice);
    const forgotten = this.#pictures.forget(slot);
    const mine = profile.groupId > 0 || profile.address === this.address;
    return (mine && this.#pictures.withdraw(slot)) || forgotten;
  }

  /**
   * Reads all messages, oldest first, as an app does when it opens: they then count as read from the database, and
   * every transfer that was deferred, stopped or failed is asked for again, with priority 0.
   */
  messages(): MesiboMessage[] {
    return this.#mailbox.readAll();
  }
  /**
   * Reads messages bit by bit; mesibo's `ReadSession`.
   *
   * @param address - the user whose messages are read; null for all
   * @param listener - told of each message read; null: all listeners are
   */
  createReadSession(
    address: string | null = null,
    listener: MesiboListener | null = null,
  ): MesiboReadSession {
    return this.#mailbox.session(address, listener);
  }

  /** Goes online: what waited leaves, and what was missed arrives as pending. */
  start(): void {
    this.#started = true;
    this.#reconnect();
  }
  /** Goes offline for messages. Running transfers continue. */
  stop(): void {
    this.#started = false;
  }

  #reconnect(): void {
    this.#outbox.flush();
    this.#postOffice.wake(this.address);
  }
}
