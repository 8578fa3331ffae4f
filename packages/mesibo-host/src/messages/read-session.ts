import { ORIGIN, type Origin } from '@mesibo-files/handler-core';
import type { MesiboMessage } from './message.ts';

/** What a session reads from. */
export interface ReadSource {
  /** The messages there are now that the session is about, newest first. */
  messages(): readonly MesiboMessage[];
  /** The message has been read: it counts as coming from there, is told, and its file is asked for again. */
  read(message: MesiboMessage, origin: Origin): void;
}

/**
 * Reads messages from the database, newest first; mesibo's `ReadSession` (`ReadDbSession` before 2.0). Each one that is
 * read is told to the session's listener, and a transfer of it that was deferred, stopped or failed is asked for again,
 * with priority 0. Without a database of its own, this host reads what the user sent and received since it began.
 */
export class MesiboReadSession {
  readonly #source: ReadSource;
  #summary = false;
  #left: MesiboMessage[] | null = null;

  /** @internal */
  constructor(source: ReadSource) {
    this.#source = source;
  }

  /** Reads only the last message of each user, as a list of chats shows them. Starts over. Default false. */
  enableSummary(summary: boolean): void {
    this.#summary = summary;
    this.restart();
  }

  /** Reads up to so many messages, and continues from there the next time. Returns how many it has read. */
  read(count: number): number {
    this.#left ??= this.#list();
    const next = this.#left.splice(0, Math.max(0, Math.floor(count)));
    for (const message of next)
      this.#source.read(message, this.#summary ? ORIGIN.DBSUMMARY : ORIGIN.DBMESSAGE);
    return next.length;
  }

  /** The next read begins with the newest again. */
  restart(): void {
    this.#left = null;
  }

  #list(): MesiboMessage[] {
    const messages = this.#source.messages();
    if (!this.#summary) return [...messages];
    const peers = new Set<string>();
    return messages.filter(({ peer }) => !peers.has(peer) && peers.add(peer));
  }
}
