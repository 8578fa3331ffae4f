import { type MesiboFileTransfer, ORIGIN, type Origin } from '@mesibo-files/handler-core';
import { newMid } from '../device/ids.ts';
import type { HostSettings } from '../device/options.ts';
import type { TaskHost } from '../transfers/file-task.ts';
import type { Envelope } from './envelope.ts';
import { fileFacts } from './file-facts.ts';
import type { Listeners, MesiboListener } from './listeners.ts';
import { MesiboMessage } from './message.ts';
import { MesiboMessageProperties } from './message-properties.ts';
import { type MessageRecord, newRecord } from './message-record.ts';
import { downloadTask, uploadTask } from './message-task.ts';
import type { Outbox } from './outbox.ts';
import { MesiboReadSession } from './read-session.ts';
import { receivedPath, receivedRecord } from './received.ts';
import { thumbnailTask } from './thumbnail-task.ts';

/** What tasks of any kind need of their user. */
export type Tasks = Omit<TaskHost, 'changed'>;

/** The most bytes of a thumbnail: it travels in the message itself. */
const THUMBNAIL_MOST = 64 * 1024;

/** The messages of one user, sent and received, and the transfers of their files. */
export class Mailbox {
  readonly #settings: HostSettings;
  readonly #listeners: Listeners;
  readonly #outbox: Outbox;
  readonly #tasks: Tasks;
  readonly #folder: () => string;
  readonly #kept = new Map<MesiboMessage, MessageRecord>();
  readonly #paths = new Set<string>();

  /** @param folder - where received files go */
  constructor(
    settings: HostSettings,
    listeners: Listeners,
    outbox: Outbox,
    tasks: Tasks,
    folder: () => string,
  ) {
    this.#settings = settings;
    this.#listeners = listeners;
    this.#outbox = outbox;
    this.#tasks = tasks;
    this.#folder = folder;
  }

  newMessage(peer: string): MesiboMessage {
    const { random, clock } = this.#settings;
    return this.#messageOf(newRecord(newMid(random), peer, false, clock.now()));
  }

  receive(envelope: Envelope, origin: Origin): void {
    const record = receivedRecord(envelope, origin, (name) => this.#choosePath(name));
    const message = this.#messageOf(record);
    Object.assign(message, envelope.properties);
    record.properties = snapshot(message);
    if (record.file) record.task = downloadTask(record, record.file, this.#taskHost(record, message));
    this.#kept.set(message, record);
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
    if (message.isFileTransferRequired()) record.task?.start(0);
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
    record.newThumbnail = null;
    files.remove(path);
    this.#paths.delete(path.toLowerCase());
    this.#listeners.tell('Mesibo_onMessageUpdate', message);
  }

  #post(record: MessageRecord, message: MesiboMessage): void {
    record.posted = true;
    record.properties = snapshot(message);
    record.ts = this.#settings.clock.now();
    this.#kept.set(message, record);
    if (record.file === null || record.file.url !== null) {
      this.#outbox.add(record, message);
      return;
    }
    record.task = uploadTask(record, record.file, this.#taskHost(record, message));
    record.task.start(0);
  }

  #taskHost(record: MessageRecord, message: MesiboMessage): TaskHost {
    return { ...this.#tasks, changed: (transfer) => this.#changed(record, message, transfer) };
  }

  #changed(record: MessageRecord, message: MesiboMessage, transfer: MesiboFileTransfer | null): void {
    if (record.file) record.file.progress = message.getProgress();
    if (transfer !== null) this.#listeners.tellProgress(transfer);
    this.#listeners.tell('Mesibo_onMessageUpdate', message);
    // The receiver gets nothing before the file is where its URL says.
    if (transfer?.upload && transfer.result) this.#outbox.add(record, message);
  }

  #choosePath(name: string): string {
    const path = receivedPath(this.#folder(), name, this.#settings.files, (candidate) =>
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
