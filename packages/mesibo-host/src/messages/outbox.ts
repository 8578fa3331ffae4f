import type { Mid } from '@mesibo-files/handler-core';
import { type Envelope, envelopeOf } from './envelope.ts';
import type { MesiboMessage } from './message.ts';
import type { MessageRecord } from './message-record.ts';
import { type MessageStatus, MSGSTATUS } from './message-record.ts';

export interface OutboxHost {
  readonly address: string;
  online(): boolean;
  /** Milliseconds since 1970. */
  now(): number;
  carry(envelope: Envelope): void;
  statusChanged(message: MesiboMessage): void;
}

interface Entry {
  readonly record: MessageRecord;
  readonly message: MesiboMessage;
}

/** Messages that are ready to leave, until the user is online; and those on their way, until they arrive. */
export class Outbox {
  readonly #host: OutboxHost;
  readonly #ready: Entry[] = [];
  readonly #away = new Map<Mid, Entry>();

  constructor(host: OutboxHost) {
    this.#host = host;
  }

  add(record: MessageRecord, message: MesiboMessage): void {
    this.#ready.push({ record, message });
    this.flush();
  }

  flush(): void {
    while (this.#host.online()) {
      const next = this.#ready.shift();
      if (next === undefined) return;
      if (next.record.expiresAt <= this.#host.now()) continue;
      this.#away.set(next.record.mid, next);
      this.#setStatus(next, MSGSTATUS.SENT);
      this.#host.carry(envelopeOf(this.#host.address, next.record, next.record.properties ?? next.message));
    }
  }

  /** Takes a message out: it does not leave, and what becomes of it on its way is told to nobody. */
  remove(record: MessageRecord): void {
    const at = this.#ready.findIndex((entry) => entry.record === record);
    if (at >= 0) this.#ready.splice(at, 1);
    this.#away.delete(record.mid);
  }

  delivered(mid: Mid): void {
    const entry = this.#away.get(mid);
    if (entry === undefined) return;
    this.#away.delete(mid);
    this.#setStatus(entry, MSGSTATUS.DELIVERED);
  }

  #setStatus(entry: Entry, status: MessageStatus): void {
    entry.record.status = status;
    this.#host.statusChanged(entry.message);
  }
}
