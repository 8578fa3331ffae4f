import {
  type MesiboFile,
  type MesiboFileTransfer,
  type Mid,
  ORIGIN,
  type Origin,
} from '@mesibo-files/handler-core';
import { newMid, senderIdOf } from '../device/ids.ts';
import type { MediaPort } from '../device/media.ts';
import type { HostSettings } from '../device/options.ts';
import type { FileTask, TaskHost } from '../transfers/file-task.ts';
import { type DeleteOptions, type MessageCriteria, matcher } from './criteria.ts';
import type { Envelope } from './envelope.ts';
import { atTime, expiresAt } from './expiry.ts';
import { fileFacts } from './file-facts.ts';
import type { Listeners, MesiboListener } from './listeners.ts';
import { MesiboMessage } from './message.ts';
import { MesiboMessageProperties } from './message-properties.ts';
import { type MessageRecord, MSGSTATUS, newRecord } from './message-record.ts';
import { downloadTask, uploadTask } from './message-task.ts';
import type { Outbox } from './outbox.ts';
import { extractingWishes, sendingWishes, usePrepared } from './preparing.ts';
import { MesiboReadSession } from './read-session.ts';
import { receivedPath, receivedRecord } from './received.ts';
import type { StoredFiles } from './stored-files.ts';
import { THUMBNAIL_MOST, thumbnailTask } from './thumbnail-task.ts';

/** What tasks of any kind need of their user. */
export type Tasks = Omit<TaskHost, 'changed'>;

/** Names a message: itself, its id, or the app's own id of one that this user sent. */
export type MessageName = MesiboMessage | Mid;

/** Whose mailbox it is, and what of it is shared with others. */
export interface MailboxOwner {
  readonly address: string;
  /** Where received files go. */
  folder(): string;
  readonly stored: StoredFiles;
  /** Whether a profile shows this stored file. */
  isPicture(url: string): boolean;
  /** There was a message with this user. */
  met(peer: string): void;
}

/** The largest id that an app can give a message. */
const SENDER_ID_MOST = 0xffff_ffffn;

/** The messages of one user, sent and received, and the transfers of their files. */
export class Mailbox {
  readonly #settings: HostSettings;
  readonly #listeners: Listeners;
  readonly #outbox: Outbox;
  readonly #tasks: Tasks;
  readonly #owner: MailboxOwner;
  readonly #kept = new Map<MesiboMessage, MessageRecord>();
  readonly #paths = new Set<string>();
  /** What waits until messages expire. */
  readonly #expiring = new Map<MessageRecord, () => void>();

  constructor(
    settings: HostSettings,
    listeners: Listeners,
    outbox: Outbox,
    tasks: Tasks,
    owner: MailboxOwner,
  ) {
    this.#settings = settings;
    this.#listeners = listeners;
    this.#outbox = outbox;
    this.#tasks = tasks;
    this.#owner = owner;
  }

  newMessage(peer: string): MesiboMessage {
    const { random, clock } = this.#settings;
    return this.#messageOf(newRecord(newMid(random), peer, false, clock.now()));
  }

  /**
   * Finds a message. The app's own id, of 32 bits, is looked for among the messages that this user sent; of several with
   * the same one, it is the newest.
   */
  find(name: MessageName): MesiboMessage | null {
    if (typeof name !== 'bigint') return this.#kept.has(name) ? name : null;
    const kept = [...this.#kept.keys()];
    const mid = BigInt.asUintN(64, name);
    const found = kept.find((message) => message.mid === mid);
    if (found !== undefined || mid > SENDER_ID_MOST) return found ?? null;
    const sent = kept.filter((message) => message.isOutgoing() && senderIdOf(message.mid) === Number(mid));
    return sent.at(-1) ?? null;
  }

  /** Those that this user sent or received and that are still there, in the order in which they came. */
  all(): readonly MesiboMessage[] {
    return [...this.#kept.keys()];
  }

  /** See `Mesibo.forwardMessage`. */
  forward(name: MessageName, peer: string, id: Mid): MesiboMessage | null {
    const message = this.find(name);
    const original = message === null ? undefined : this.#kept.get(message);
    if (original === undefined || (original.file !== null && original.file.url === null)) return null;
    const forwarded = this.newMessage(peer);
    forwarded.mid = id;
    Object.assign(forwarded, original.properties);
    this.#fill(forwarded, original);
    forwarded.send();
    return forwarded;
  }

  /** Puts what a message carries into another one. */
  #fill(forwarded: MesiboMessage, { title, message, thumbnail, file, contentType }: MessageRecord): void {
    forwarded.title = title;
    forwarded.message = message;
    forwarded.setThumbnail(thumbnail?.slice() ?? null);
    if (file?.url == null) return;
    forwarded.setContent(file.url);
    forwarded.setContentType(contentType);
    const content = forwarded.getFile();
    if (content !== null) Object.assign(content, file, { progress: 100, object: null });
  }

  /** See `Mesibo.cancel`. */
  cancel(name: MessageName, options: DeleteOptions): boolean {
    const message = this.find(name);
    if (message === null || message.isIncoming() || message.status !== MSGSTATUS.OUTBOX) return false;
    this.#delete([message], options);
    return true;
  }

  /** See `Mesibo.deleteMessage`. */
  deleteOne(name: MessageName, options: DeleteOptions): boolean {
    const message = this.find(name);
    if (message !== null) this.#delete([message], options);
    return message !== null;
  }

  /** See `Mesibo.deleteMessages`. */
  delete(criteria: MessageCriteria, options: DeleteOptions): number {
    const matching = this.all().filter(matcher(criteria));
    this.#delete(matching, options);
    return matching.length;
  }

  #delete(messages: readonly MesiboMessage[], { removeStored = false }: DeleteOptions): void {
    const urls = new Set<string>();
    for (const message of messages) {
      const url = message.getFile()?.url;
      if (url) urls.add(url);
      this.#discard(message);
    }
    if (!removeStored) return;
    // Only now: messages that are deleted together may have the same file.
    for (const url of urls) this.#removeStored(url);
  }

  #removeStored(url: string): void {
    const { address, stored, isPicture } = this.#owner;
    const known = [...this.#kept.values()].some(({ file }) => file?.url === url);
    if (known || !stored.belongsTo(url, address) || isPicture(url)) return;
    stored.removed(url);
    const { removeStored, onError } = this.#settings;
    try {
      Promise.resolve(removeStored(url, address)).catch(onError);
    } catch (error) {
      onError(error);
    }
  }

  /** Ends all that goes on for a message, and frees what it holds. A file that this user sent stays where it is. */
  #discard(message: MesiboMessage): void {
    const record = this.#kept.get(message);
    if (record === undefined) return;
    record.discarded = true;
    record.preparing = null;
    this.#kept.delete(message);
    this.#expiring.get(record)?.();
    this.#expiring.delete(record);
    this.#outbox.remove(record);
    const thumbnail = record.newThumbnail?.task;
    record.task?.discard();
    thumbnail?.discard();
    this.#dispose(record);
    if (record.incoming && record.file !== null) this.#freePath(record.file.path, record.task);
    if (thumbnail !== undefined) this.#freePath(thumbnail.facts(0).path, thumbnail);
  }

  /** Gives up a path that was chosen for a file. What nobody began to write there is not ours to remove. */
  #freePath(path: string, task: FileTask | null): void {
    if (task?.begun === true) this.#settings.files.remove(path);
    this.#paths.delete(path.toLowerCase());
  }

  #keep(message: MesiboMessage, record: MessageRecord): void {
    this.#kept.set(message, record);
    this.#owner.met(record.peer);
    const { clock } = this.#settings;
    if (record.expiresAt === Number.POSITIVE_INFINITY) return;
    this.#expiring.set(
      record,
      atTime(clock, record.expiresAt, () => this.#expire(message, record)),
    );
  }

  #expire(message: MesiboMessage, record: MessageRecord): void {
    const unsent = !record.incoming && record.status === MSGSTATUS.OUTBOX;
    this.#discard(message);
    if (unsent) record.status = MSGSTATUS.EXPIRED;
    this.#listeners.tell(unsent ? 'Mesibo_onMessageStatus' : 'Mesibo_onMessageUpdate', message);
  }

  receive(envelope: Envelope, origin: Origin): void {
    const record = receivedRecord(envelope, origin, (name) => this.#choosePath(name));
    const message = this.#messageOf(record);
    Object.assign(message, envelope.properties);
    record.properties = snapshot(message);
    if (record.file) {
      const done = (): void => this.#extractThumbnail(record, message);
      record.task = downloadTask(record, record.file, this.#taskHost(record, message), done);
    }
    this.#keep(message, record);
    this.#listeners.tell('Mesibo_onMessage', message);
    // The app may have started it, or begun and stopped it, by now.
    if (record.task?.state === 'idle' && message.isFileTransferRequired()) record.task.start(0);
  }

  /** A read session: see `Mesibo.messages`. */
  readAll(): MesiboMessage[] {
    const kept = [...this.#kept];
    for (const [message, record] of kept) this.#read(message, record, ORIGIN.DBMESSAGE);
    return kept.map(([message]) => message);
  }

  session(address: string | null, listener: MesiboListener | null): MesiboReadSession {
    return new MesiboReadSession({
      messages: () =>
        [...this.#kept.keys()].reverse().filter(({ peer }) => address === null || peer === address),
      read: (message, origin) => {
        const record = this.#kept.get(message);
        if (record === undefined) return;
        record.origin = origin;
        this.#listeners.tell('Mesibo_onMessage', message, listener);
        this.#read(message, record, origin);
      },
    });
  }

  #read(message: MesiboMessage, record: MessageRecord, origin: Origin): void {
    record.origin = origin;
    if (message.isFileTransferRequired()) message.startFileTransfer(0);
  }

  #messageOf(record: MessageRecord): MesiboMessage {
    const { files } = this.#settings;
    return new MesiboMessage(record, {
      fileFacts: (content) => fileFacts(content, files),
      thumbnail: (path) => files.read(path, THUMBNAIL_MOST),
      fetchThumbnail: (url, of, message) => this.#fetchThumbnail(url, of, message),
      post: (posted, message) => this.#post(posted, message),
      updated: (message) => this.#listeners.tell('Mesibo_onMessageUpdate', message),
    });
  }

  #fetchThumbnail(url: string, record: MessageRecord, message: MesiboMessage): boolean {
    if (record.discarded) return false;
    if (record.newThumbnail?.url !== url) {
      record.newThumbnail?.task.stop();
      const path = this.#choosePath(`thumbnail-${record.mid}`);
      const fetched = (): void => this.#putThumbnail(path, record, message);
      const host: TaskHost = {
        ...this.#tasks,
        changed: (transfer) => {
          if (transfer !== null) this.#listeners.tellProgress(transfer);
        },
      };
      record.newThumbnail = { url, task: thumbnailTask(record, { url, path, fetched }, host) };
    }
    const { task } = record.newThumbnail;
    return task.start(1) || task.state === 'done';
  }

  #putThumbnail(path: string, record: MessageRecord, message: MesiboMessage): void {
    const { files } = this.#settings;
    record.thumbnail = files.read(path, THUMBNAIL_MOST) ?? record.thumbnail;
    const task = record.newThumbnail?.task ?? null;
    record.newThumbnail = null;
    this.#freePath(path, task);
    this.#listeners.tell('Mesibo_onMessageUpdate', message);
  }

  #post(record: MessageRecord, message: MesiboMessage): void {
    record.posted = true;
    record.properties = snapshot(message);
    record.ts = this.#settings.clock.now();
    record.expiresAt = expiresAt(record.ts, record.properties.expiry);
    this.#keep(message, record);
    if (record.file === null || record.file.url !== null) this.#outbox.add(record, message);
    else if (this.#settings.media === null) this.#upload(record, record.file, message, true);
    else void this.#prepare(record, record.file, message, this.#settings.media);
  }

  #upload(record: MessageRecord, file: MesiboFile, message: MesiboMessage, start: boolean): void {
    record.task = uploadTask(record, file, this.#taskHost(record, message));
    if (start) record.task.start(0);
  }

  /** What can't be prepared is sent as it is. */
  async #prepare(
    record: MessageRecord,
    file: MesiboFile,
    message: MesiboMessage,
    media: MediaPort,
  ): Promise<void> {
    const { files, onError, onPrepared } = this.#settings;
    record.preparing = 'wanted';
    const wishes = sendingWishes(
      record.properties ?? message,
      this.#owner.folder(),
      record.thumbnail !== null,
    );
    try {
      const prepared = await media.prepare(file.path, wishes);
      if (record.discarded) await prepared.dispose();
      else {
        usePrepared(record, file, prepared, files);
        onPrepared(prepared, record.mid);
      }
    } catch (error) {
      onError(error);
    }
    const start = record.preparing === 'wanted';
    record.preparing = null;
    if (!record.discarded) this.#upload(record, file, message, start);
  }

  #dispose(record: MessageRecord): void {
    const { prepared } = record;
    record.prepared = null;
    prepared?.dispose().catch(this.#settings.onError);
  }

  #extractThumbnail(record: MessageRecord, message: MesiboMessage): void {
    const { media, onError } = this.#settings;
    if (media === null || record.file === null || record.thumbnail !== null || !message.extractThumbnail)
      return;
    const wishes = extractingWishes(message, this.#owner.folder());
    media
      .prepare(record.file.path, wishes)
      .then(async (prepared) => {
        const { thumbnail } = prepared;
        await prepared.dispose();
        if (thumbnail === null || record.discarded || record.thumbnail !== null) return;
        record.thumbnail = thumbnail;
        this.#listeners.tell('Mesibo_onMessageUpdate', message);
      })
      .catch(onError);
  }

  #taskHost(record: MessageRecord, message: MesiboMessage): TaskHost {
    return { ...this.#tasks, changed: (transfer) => this.#changed(record, message, transfer) };
  }

  #changed(record: MessageRecord, message: MesiboMessage, transfer: MesiboFileTransfer | null): void {
    if (record.file) record.file.progress = message.getProgress();
    const uploaded = transfer?.upload === true && transfer.result;
    if (uploaded) this.#dispose(record);
    if (uploaded && record.file?.url) this.#owner.stored.uploaded(record.file.url, this.#owner.address);
    if (transfer !== null) this.#listeners.tellProgress(transfer);
    this.#listeners.tell('Mesibo_onMessageUpdate', message);
    // The receiver gets nothing before the file is where its URL says.
    if (uploaded && !record.discarded) this.#outbox.add(record, message);
  }

  #choosePath(name: string): string {
    const path = receivedPath(this.#owner.folder(), name, this.#settings.files, (candidate) =>
      this.#paths.has(candidate.toLowerCase()),
    );
    // In lower case, for file systems that make one file of two names.
    this.#paths.add(path.toLowerCase());
    return path;
  }
}

/** The properties as they are now: what the app changes later is its own affair. */
function snapshot(message: MesiboMessageProperties): MesiboMessageProperties {
  return Object.assign(new MesiboMessageProperties(), message);
}
