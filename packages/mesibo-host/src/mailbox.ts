import { type MesiboFileTransfer, ORIGIN, type Origin } from '@mesibo-files/handler-core';
import { BlockList } from './block-list.ts';
import type { Envelope } from './envelope.ts';
import { fileFacts } from './file-facts.ts';
import type { TaskHost } from './file-task.ts';
import { newMid } from './ids.ts';
import type { Listeners } from './listeners.ts';
import { MesiboMessage } from './message.ts';
import { type MessageRecord, newRecord } from './message-record.ts';
import { downloadTask, uploadTask } from './message-task.ts';
import type { HostSettings } from './options.ts';
import type { Outbox } from './outbox.ts';
import { receivedRecord } from './received.ts';
import { receivedPath } from './received-path.ts';

interface Kept {
  readonly record: MessageRecord;
  readonly message: MesiboMessage;
}

/** The messages of one user, sent and received, and the transfers of their files. */
export class Mailbox {
  /** Where received files go. */
  folder = '.';
  readonly #settings: HostSettings;
  readonly #listeners: Listeners;
  readonly #outbox: Outbox;
  readonly #blocked = new BlockList();
  readonly #kept: Kept[] = [];
  readonly #paths = new Set<string>();

  constructor(settings: HostSettings, listeners: Listeners, outbox: Outbox) {
    this.#settings = settings;
    this.#listeners = listeners;
    this.#outbox = outbox;
  }

  newMessage(peer: string): MesiboMessage {
    const { random, clock } = this.#settings;
    return this.#messageOf(newRecord(newMid(random), peer, false, clock.now()));
  }

  receive(envelope: Envelope, origin: Origin): void {
    const record = receivedRecord(envelope, origin, (name) => this.#choosePath(name));
    const message = this.#messageOf(record);
    if (record.file) record.task = downloadTask(record, record.file, this.#taskHost(record, message));
    this.#kept.push({ record, message });
    this.#listeners.tell('Mesibo_onMessage', message);
    // The app may have started it, or begun and stopped it, by now.
    if (record.task?.state === 'idle') record.task.start(0);
  }

  /** A read session: see `Mesibo.messages`. */
  readAll(): MesiboMessage[] {
    const kept = [...this.#kept];
    for (const { record } of kept) {
      record.origin = ORIGIN.DBMESSAGE;
      if (record.task?.required) record.task.start(0);
    }
    return kept.map(({ message }) => message);
  }

  #messageOf(record: MessageRecord): MesiboMessage {
    return new MesiboMessage(record, {
      fileFacts: (content) => fileFacts(content, this.#settings.files),
      post: (posted, message) => this.#post(posted, message),
    });
  }

  #post(record: MessageRecord, message: MesiboMessage): void {
    record.posted = true;
    record.ts = this.#settings.clock.now();
    this.#kept.push({ record, message });
    if (record.file === null || record.file.url !== null) {
      this.#outbox.add(record, message);
      return;
    }
    record.task = uploadTask(record, record.file, this.#taskHost(record, message));
    record.task.start(0);
  }

  #taskHost(record: MessageRecord, message: MesiboMessage): TaskHost {
    return {
      handlers: () => this.#listeners.handlers(),
      blocked: this.#blocked,
      userUnblocks: this.#settings.userUnblocks,
      onError: this.#settings.onError,
      changed: (transfer) => this.#changed(record, message, transfer),
    };
  }

  #changed(record: MessageRecord, message: MesiboMessage, transfer: MesiboFileTransfer | null): void {
    if (record.file) record.file.progress = message.getProgress();
    if (transfer !== null) this.#listeners.tellProgress(transfer);
    this.#listeners.tell('Mesibo_onMessageUpdate', message);
    // The receiver gets nothing before the file is where its URL says.
    if (transfer?.upload && transfer.result) this.#outbox.add(record, message);
  }

  #choosePath(name: string): string {
    const path = receivedPath(this.folder, name, this.#settings.files, (candidate) =>
      this.#paths.has(candidate.toLowerCase()),
    );
    // In lower case, for file systems that make one file of two names.
    this.#paths.add(path.toLowerCase());
    return path;
  }
}
