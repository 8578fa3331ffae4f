import { type Mid, TransferError } from '@mesibo-files/handler-core';
import { MesiboDevice } from '../device/device.ts';
import type { FolderClaims } from '../device/folder-claims.ts';
import type { HostSettings } from '../device/options.ts';
import { shortDigest } from '../device/short-digest.ts';
import { MesiboHttp } from '../http/mesibo-http.ts';
import { MesiboHttpQueue } from '../http/queue.ts';
import type { DeleteOptions, MessageCriteria } from '../messages/criteria.ts';
import { Listeners, type MesiboListener } from '../messages/listeners.ts';
import { Mailbox, type MessageName } from '../messages/mailbox.ts';
import type { MesiboMessage } from '../messages/message.ts';
import { Outbox } from '../messages/outbox.ts';
import type { PostOffice } from '../messages/post-office.ts';
import type { MesiboReadSession } from '../messages/read-session.ts';
import type { StoredFiles } from '../messages/stored-files.ts';
import { type PictureChoice, slotOf } from '../profiles/picture-slot.ts';
import { Pictures } from '../profiles/pictures.ts';
import type { MesiboProfile } from '../profiles/profile.ts';
import { ProfileBook } from '../profiles/profile-book.ts';
import type { ProfileDirectory } from '../profiles/profile-directory.ts';
import { Profiles } from '../profiles/profiles.ts';
import { BlockList } from '../transfers/block-list.ts';
import type { UploadUrlOptions } from '../upload-url/options.ts';
import { OwnTransfers } from '../upload-url/own-transfers.ts';

/** mesibo as one user's app sees it. Made by `MesiboNetwork.user(address)`; online from the start. */
export class Mesibo extends MesiboDevice {
  /** mesibo's HTTP library, by its name up to SDK 1.9; `MesiboHttp` since. */
  static readonly Http: typeof MesiboHttp = MesiboHttp;
  /** The queue of {@link Http}; `MesiboHttp.Queue` since SDK 2.0. */
  static readonly HttpQueue: typeof MesiboHttpQueue = MesiboHttpQueue;
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
  readonly #profiles: Profiles;
  readonly #now: () => number;
  #connectedAt = 0;
  #connected = false;
  #started = true;
  #filesEnabled = true;

  /** @internal */
  constructor(
    address: string,
    uid: number,
    settings: HostSettings,
    postOffice: PostOffice,
    directory: ProfileDirectory,
    claims: FolderClaims,
    stored: StoredFiles,
  ) {
    super(address, settings, claims);
    this.address = address;
    this.#uid = uid;
    this.#now = () => settings.clock.now();
    this.#postOffice = postOffice;
    this.#listeners = new Listeners(settings.onError);
    const online = (): boolean => this.#started && this.connected;
    this.#outbox = new Outbox({
      address,
      online,
      now: () => settings.clock.now(),
      carry: (envelope) => {
        const { mid, from, to, file } = envelope;
        quietly(() => settings.onSent({ mid, from, to, url: file?.url ?? null }), settings.onError);
        postOffice.carry(envelope);
      },
      statusChanged: (message) => this.#listeners.tell('Mesibo_onMessageStatus', message),
    });
    this.#own = new OwnTransfers(settings, {
      network: this.network,
      uid,
      autoDownload: () => this.autoDownload,
    });
    const book = new ProfileBook();
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
    this.#mailbox = new Mailbox(settings, this.#listeners, this.#outbox, tasks, {
      address,
      stored,
      folder: () => this.receivingFolder(),
      isPicture: (url) => directory.has(url),
      met: (peer) => book.met(peer),
    });
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
    this.#profiles = new Profiles({
      address,
      directory,
      book,
      mailbox: this.#mailbox,
      pictures: this.#pictures,
    });
    directory.watch((changed) => {
      if (!this.#profiles.knows(changed)) return;
      const profile = this.getProfile(changed.address, changed.groupId);
      settings.schedule(() => this.#listeners.tellProfile(profile));
    });
    this.network.onChange(() => this.#reconnect());
    this.#noteConnection();
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
    return this.#profiles.of(address, groupId);
  }
  /**
   * Saves what was set on a profile, and keeps it among those that this user knows: see `MesiboProfile.save`. True when
   * every upload of a picture runs then, or has ended at once.
   *
   * @throws `invalid-argument` for a picture of another user
   */
  setProfile(profile: MesiboProfile): boolean {
    return this.#profiles.set(profile);
  }
  /** Keeps a user, or a group, among the profiles that this user knows. What is known of it already stays. */
  createUserProfile(address: string, groupId = 0, name = ''): MesiboProfile {
    return this.#profiles.create(address, groupId, name);
  }
  /**
   * Forgets a profile, what this user called it, and its downloaded pictures; a transfer of one stops. A message with that
   * user makes it known again. False where it is not known.
   */
  deleteUserProfile(profile: Pick<MesiboProfile, 'address' | 'groupId'>): boolean {
    return this.#profiles.delete(profile);
  }
  /** Saves what was set on one's own profile; those who know it are told. As {@link setProfile}. */
  setSelfProfile(profile: MesiboProfile): boolean {
    if (profile.groupId === 0 && profile.address === this.address) return this.setProfile(profile);
    throw new TransferError('invalid-argument', 'setSelfProfile was given another profile', {
      hint: 'Change the profile that getSelfProfile() answers.',
    });
  }
  /** The profiles that this user knows: those that the app made, and of users with whom there were messages. */
  getProfiles(): MesiboProfile[] {
    return this.#profiles.all();
  }
  /** {@link getProfiles}, by name, or by address where there is none. */
  getSortedUserProfiles(): MesiboProfile[] {
    return this.#profiles.sorted();
  }
  /** Those with messages, the one with the last message first. */
  getRecentProfiles(): MesiboProfile[] {
    return this.#profiles.recent();
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

  /**
   * Sends a message on to another user, with its text, file, thumbnail and properties as they are. Uploads nothing: the new
   * message has the URL of the first, and a protected file stays protected. Null, and nothing is sent: there is no such
   * message, or its file is not stored yet.
   *
   * @param id - the app's own id of the new message; 0, the default: a random one
   */
  forwardMessage(message: MessageName, address: string, id: Mid = 0n): MesiboMessage | null {
    return this.#mailbox.forward(message, address, id);
  }
  /** Finds a message by its id, or by the app's own id of one that this user sent; null: there is none. */
  findMessage(mid: Mid): MesiboMessage | null {
    return this.#mailbox.find(mid);
  }
  /** @internal The messages there are, oldest first; unlike {@link messages} nothing is asked for again. */
  allMessages(): readonly MesiboMessage[] {
    return this.#mailbox.all();
  }
  /**
   * Takes back a message that has not left: its upload stops, what the store holds of it is removed where the handler can
   * do so, and nothing is sent. False: there is no such message, or it was sent already.
   */
  cancel(message: MessageName, options: DeleteOptions = {}): boolean {
    return this.#mailbox.cancel(message, options);
  }
  /**
   * Deletes a message for this user: its transfer stops, and a received file is deleted with it. Others keep theirs. False:
   * there is no such message.
   */
  deleteMessage(message: MessageName, options: DeleteOptions = {}): boolean {
    return this.#mailbox.deleteOne(message, options);
  }
  /**
   * Deletes every message for which all criteria hold, as {@link deleteMessage} does. Returns how many.
   * @throws `invalid-argument` where no criterion is given
   */
  deleteMessages(criteria: MessageCriteria, options: DeleteOptions = {}): number {
    return this.#mailbox.delete(criteria, options);
  }

  /** Goes online: what waited leaves, and what was missed arrives as pending. */
  start(): void {
    this.#started = true;
    this.#reconnect();
  }
  /** Goes offline for messages. Running transfers continue. */
  stop(): void {
    this.#started = false;
    this.#noteConnection();
  }
  /** When this user went online last, in milliseconds since 1970; 0: never. */
  getConnectedTime(): number {
    return this.#connectedAt;
  }

  #noteConnection(): void {
    const connected = this.#started && this.connected;
    if (connected && !this.#connected) this.#connectedAt = this.#now();
    this.#connected = connected;
  }

  #reconnect(): void {
    this.#noteConnection();
    this.#outbox.flush();
    this.#postOffice.wake(this.address);
  }
}

function quietly(call: () => void, onError: (error: unknown) => void): void {
  try {
    call();
  } catch (error) {
    onError(error);
  }
}
