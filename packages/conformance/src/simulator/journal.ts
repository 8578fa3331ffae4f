import { type Journal, memoryJournal, TransferError } from '@mesibo-files/handler-core';
import type { JournalRecord } from '@mesibo-files/handler-core/provider';
import type { Disk } from './disk.ts';
import type { Life } from './life.ts';

/** What the log of one life says: a record is now like this, or a slice was added to it. */
type Entry = { readonly at: number } & (
  | { readonly transferId: string; readonly record: JournalRecord | null }
  | { readonly note: Parameters<Journal['note']> }
);

/** A loss of power costs the log what came in so many milliseconds before, at most. */
const FLUSHED_AFTER = 1000;
/** Dead lives are looked for so many milliseconds apart, at most. */
const LOOK_EVERY = 10_000;
/** Bytes that an entry takes on the disk. */
const ENTRY_SIZE = 10;

/** The logs on a device: one for each life that noted something and was not taken over yet. */
export class JournalLogs {
  readonly #logs = new Map<Life, Entry[]>();
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** The power goes at this time. */
  lose(now: number, share: number): void {
    for (const [life, log] of this.#logs) {
      const safe = log.filter(({ at }) => at <= now - FLUSHED_AFTER).length;
      this.#logs.set(life, log.slice(0, safe + Math.floor(share * (log.length - safe))));
    }
  }

  /**
   * The journal as one life has it, with the promises of the port and of Node's file journal: a process acts on its own
   * records and on those of dead ones, whose logs it takes over; and after a write that failed all is written anew.
   */
  journalOf(life: Life): Journal {
    const records = memoryJournal();
    /** All that this life knows, in the order in which it came. */
    const known: Entry[] = [];
    let opening: Promise<void> | null = null;
    let lookedAt = Number.NEGATIVE_INFINITY;

    const takeOver = (): Promise<void> => {
      lookedAt = life.clock.monotonic();
      return life.operate(2, () => {
        for (const [owner, log] of this.#logs) {
          if (owner.alive || owner === life) continue;
          for (const entry of log) {
            replay(records, entry);
            // Writes records that are taken over again, and flushes them.
            known.push({ ...entry, at: Number.NEGATIVE_INFINITY });
          }
          this.#logs.delete(owner);
          this.#logs.set(life, [...known]);
        }
      });
    };
    const open = (): Promise<void> => {
      opening ??= takeOver();
      return opening;
    };
    const write = (entry: Entry): Promise<void> => {
      const count = known.push(entry);
      return life.operate(1, () => {
        if (!this.#disk.hasRoom(ENTRY_SIZE)) {
          throw new TransferError('disk-full', 'the journal could not be written');
        }
        const written = this.#logs.get(life)?.length ?? 0;
        if (written >= count) return;
        // Flushes the note that an upload is stored at once, and all earlier notes with it.
        const lasting = 'record' in entry && entry.record?.state === 'stored';
        const safe = { at: Number.NEGATIVE_INFINITY };
        const log = known.slice(0, count).map((one) => (lasting ? { ...one, ...safe } : one));
        this.#logs.set(life, log);
      });
    };
    return {
      async get(key) {
        await open();
        const found = await records.get(key);
        if (found !== null || life.clock.monotonic() - lookedAt < LOOK_EVERY) return found;
        await takeOver();
        return records.get(key);
      },
      async change(transferId, change) {
        await open();
        const record = await records.change(transferId, change);
        await write({ at: life.clock.monotonic(), transferId, record });
        return record;
      },
      async note(...note) {
        await open();
        await records.note(...note);
        await write({ at: life.clock.monotonic(), note });
      },
      async list() {
        await open();
        await takeOver();
        return records.list();
      },
    };
  }
}

function replay(records: Journal, entry: Entry): void {
  if ('note' in entry) void records.note(...entry.note);
  else void records.change(entry.transferId, () => entry.record);
}
