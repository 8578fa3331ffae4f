import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JournalRecords } from '../journal/records.ts';
import type { Journal, JournalRecord } from '../ports/journal.ts';
import type { Clock } from '../ports/ports.ts';
import { systemClock } from '../ports/system.ts';
import type { PartFacts } from '../signer/signer.ts';
import { codeOf, journalError, makeJournalFolder } from './journal/folder.ts';
import { HEARTBEAT, isDead, removeSigns, SignOfLife } from './journal/life.ts';
import { type Entry, entriesOf, lineOf } from './journal/lines.ts';
import { JournalLog } from './journal/log.ts';

export interface FileJournalOptions {
  /** Records not heard of for so many milliseconds are dropped. Default 7 days. */
  readonly maxAge?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** A journal that survives a crash. */
export interface FileJournal extends Journal {
  /** Flushes, and lets other processes take over what is noted. Used again, it goes on. */
  close(): Promise<void>;
}

const DAY = 24 * 60 * 60 * 1000;
/** Dead writers are looked for so many milliseconds apart, at most. */
const LOOK_EVERY = 10_000;
/** What a crash left of a file that is not yet, or no longer, part of a journal goes after so long. */
const MAX_LEFTOVER_AGE = DAY / 24;

/** A log's name ends in the version of its lines. */
const SUFFIX = '.1.log';
const LOG = /^[0-9a-f]{16}(?:~[0-9a-f]{16})?\.1\.log$/;
const SIGN = /^([0-9a-f]{16})\.(?:lock|sock|new|probe)$/;
/** Records of the journal before this one: a file for each. */
const BEFORE = /^[0-9a-f]{64}\.json(?:\.[0-9a-f]+\.tmp)?$/;

/** Journals of this process, by folder: several of one folder are one. */
const journals = new Map<string, SharedFileJournal>();

/**
 * A journal in a folder, which survives a crash. It is a log for each process: changes are appended, a checksum in each
 * line, many in one write, flushed a second later; and it is written anew when it is much longer than what it says.
 * Records hold tickets, so only the owner may read them (files 0600, the folder 0700 where it has to be made).
 *
 * Several processes may share the folder. A process acts on its own records alone. It takes over those of one that is
 * proved dead when it is asked for one of them, and when it sweeps; and it reads in any other's log that an upload is
 * stored. It looks into the others' logs at most every ten seconds. On a drive that machines share, and where there are no sockets, a dead process's records are free after two minutes.
 *
 * @param folder - made when it is not there
 * @throws `disk-full`, `file-io`, at once when the folder can't be made or written, and from every method
 */
export function fileJournal(folder: string, options: FileJournalOptions = {}): FileJournal {
  const path = makeJournalFolder(folder);
  const journal = journals.get(path) ?? new SharedFileJournal(path, options);
  journals.set(path, journal);
  return journal;
}

/** This process as a writer: its log, and its sign of life. */
interface Writer {
  readonly id: string;
  readonly log: JournalLog;
  readonly life: SignOfLife;
  readonly heartbeat: NodeJS.Timeout;
}

/** What another process's log said when it was looked at. */
interface OthersLog {
  readonly name: string;
  readonly records: JournalRecords;
}

class SharedFileJournal implements FileJournal {
  readonly #folder: string;
  readonly #maxAge: number;
  readonly #clock: Clock;
  readonly #records = new JournalRecords();
  #writer: Promise<Writer> | null = null;
  #closing: Promise<void> = Promise.resolve();
  #looking: Promise<void> | null = null;
  #others: readonly OthersLog[] = [];
  #taking: Promise<void> = Promise.resolve();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string, { maxAge = 7 * DAY, clock = systemClock }: FileJournalOptions) {
    this.#folder = folder;
    this.#maxAge = maxAge;
    this.#clock = clock;
  }

  async get(key: string): Promise<JournalRecord | null> {
    await this.#open();
    return this.#records.waitedFor(key) ?? this.#ofOthers(key);
  }

  /** What another process noted: of a dead one it is taken over, of a living one only what is stored is believed. */
  async #ofOthers(key: string): Promise<JournalRecord | null> {
    if (performance.now() - this.#lookedAt >= LOOK_EVERY) await this.#look();
    const known = this.#others.filter(({ records }) => records.waitedFor(key) !== null);
    for (const { name } of known) {
      await this.#takeOver(await this.#open(), (each) => each === name).catch((error: unknown) => {
        throw journalError(this.#folder, error);
      });
    }
    const own = this.#records.waitedFor(key);
    if (own !== null) return own;
    const stored = known.map(({ records }) => records.waitedFor(key)).find((one) => one?.state === 'stored');
    return stored ?? null;
  }

  async change(
    transferId: string,
    change: (record: JournalRecord | null) => JournalRecord | null,
  ): Promise<JournalRecord | null> {
    const { log } = await this.#open();
    const before = this.#records.get(transferId);
    const changed = change(before);
    if (changed === before) return changed;
    // Its caller is told that it is stored, and by then nothing may forget that.
    const lasting = changed?.state === 'stored';
    await this.#write(log, this.#apply(before, changed, transferId), lasting);
    return changed;
  }

  async note(transferId: string, slice: PartFacts, at: number): Promise<void> {
    const { log } = await this.#open();
    if (this.#records.note(transferId, slice, at)) await this.#write(log, [{ note: transferId, slice, at }]);
  }

  async list(): Promise<readonly JournalRecord[]> {
    await this.#takeOver(await this.#open(), () => true).catch((error: unknown) => {
      throw journalError(this.#folder, error);
    });
    await this.#dropOld();
    return this.#records.list();
  }

  close(): Promise<void> {
    const writer = this.#writer;
    this.#writer = null;
    if (writer !== null) this.#closing = this.#closing.then(() => this.#end(writer));
    return this.#closing;
  }

  async #end(opening: Promise<Writer>): Promise<void> {
    const writer = await opening.catch(() => null);
    if (writer === null) return;
    clearInterval(writer.heartbeat);
    // What can't be flushed is in the system's hands, and in the log.
    await writer.log.close().catch(() => undefined);
    for (const { transferId } of this.#records.list()) this.#records.delete(transferId);
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    await writer.life.end();
  }

  #apply(before: JournalRecord | null, changed: JournalRecord | null, transferId: string): readonly Entry[] {
    if (changed === null) {
      this.#records.delete(transferId);
      return [{ drop: transferId }];
    }
    const drops = this.#records.set(changed).map((drop): Entry => ({ drop }));
    const kept = before !== null && before.slices === changed.slices && before.slices.length > 0;
    const put: Entry = kept ? { put: { ...changed, slices: [] }, keepSlices: true } : { put: changed };
    return [put, ...drops];
  }

  async #write(log: JournalLog, entries: readonly Entry[], lasting = false): Promise<void> {
    try {
      await log.append(entries.map(lineOf).join(''), lasting);
    } catch (error) {
      throw journalError(this.#folder, error);
    }
  }

  #open(): Promise<Writer> {
    const opening = this.#writer ?? this.#start();
    this.#writer = opening;
    return opening;
  }

  async #start(): Promise<Writer> {
    await this.#closing;
    try {
      const id = randomBytes(8).toString('hex');
      const life = await SignOfLife.begin(this.#folder, id);
      const log = new JournalLog(this.#folder, id, SUFFIX, this.#records);
      const heartbeat = setInterval(() => void log.touch(), HEARTBEAT).unref();
      return { id, log, life, heartbeat };
    } catch (error) {
      this.#writer = null;
      throw journalError(this.#folder, error);
    }
  }

  /** Reads the others' logs, and changes nothing. */
  #look(): Promise<void> {
    this.#looking ??= this.#open()
      .then((writer) => this.#readOthers(writer))
      .catch((error: unknown) => {
        throw journalError(this.#folder, error);
      })
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #readOthers({ id }: Writer): Promise<void> {
    this.#lookedAt = performance.now();
    const names = (await readdir(this.#folder)).filter((name) => LOG.test(name) && takerOf(name) !== id);
    const others: OthersLog[] = [];
    for (const name of names) {
      const path = join(this.#folder, name);
      // It may be taken over, and gone, by now.
      const text = (await isOurs(path)) ? await readFile(path, 'utf8').catch(() => null) : null;
      if (text !== null) others.push({ name, records: recordsIn(text) });
    }
    this.#others = others;
  }

  /**
   * Takes over what dead writers noted, of the logs that are wanted: they are renamed, which only one process can do,
   * read, and removed. One after the other: who comes second finds what the first has taken.
   */
  #takeOver(writer: Writer, isWanted: (name: string) => boolean): Promise<void> {
    const taken = this.#taking.then(() => this.#take(writer, isWanted));
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  async #take({ id, log }: Writer, isWanted: (name: string) => boolean): Promise<void> {
    const names = await readdir(this.#folder);
    const taken: string[] = [];
    const owners = new Map<string, boolean>();
    for (const name of names.filter((each) => LOG.test(each) && isWanted(each))) {
      const [first = ''] = name.slice(0, -SUFFIX.length).split('~');
      const taker = takerOf(name);
      if (taker === id) {
        if (first !== id) taken.push(name);
        continue;
      }
      const path = join(this.#folder, name);
      if (!(await isOurs(path))) continue;
      const dead = owners.get(taker) ?? (await isDead(this.#folder, taker, path));
      owners.set(taker, dead);
      if (!dead) continue;
      const mine = `${first}~${id}${SUFFIX}`;
      const won = await rename(path, join(this.#folder, mine)).then(
        () => true,
        (error: unknown) => {
          if (codeOf(error) === 'ENOENT') return false;
          throw error;
        },
      );
      if (won) taken.push(mine);
      if (won) await removeSigns(this.#folder, taker);
    }
    for (const name of taken) this.#read(await readFile(join(this.#folder, name), 'utf8'));
    if (taken.length > 0) {
      // Only what is safe in this log may go from another.
      await log.rewrite();
      for (const name of taken) await rm(join(this.#folder, name), { force: true });
    }
    await this.#tidy(names);
  }

  #read(text: string): void {
    for (const record of recordsIn(text).list()) {
      const known = this.#records.get(record.transferId);
      if (known === null || known.updatedAt < record.updatedAt) this.#records.set(record);
    }
  }

  async #dropOld(): Promise<void> {
    const now = this.#clock.now();
    for (const { transferId, updatedAt } of this.#records.list()) {
      if (now - updatedAt > this.#maxAge) await this.change(transferId, () => null);
    }
  }

  /** Removes what crashes left beside logs, and the files of the journal before this one. */
  async #tidy(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const owner = SIGN.exec(name)?.[1];
      const before = BEFORE.test(name);
      if (owner === undefined && !before) continue;
      const path = join(this.#folder, name);
      const age = Date.now() - (await modifiedAt(path));
      const gone = before
        ? age > this.#maxAge
        : age > MAX_LEFTOVER_AGE && (await isDead(this.#folder, owner ?? '', path));
      if (gone) await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

/** The owner of a log now: its writer, or who took it over. */
function takerOf(name: string): string {
  const [first = '', taker = first] = name.slice(0, -SUFFIX.length).split('~');
  return taker;
}

function recordsIn(text: string): JournalRecords {
  const read = new JournalRecords();
  for (const entry of entriesOf(text)) {
    if ('drop' in entry) read.delete(entry.drop);
    else if ('note' in entry) read.note(entry.note, entry.slice, entry.at);
    else {
      const slices = entry.keepSlices ? read.get(entry.put.transferId)?.slices : undefined;
      read.set(slices === undefined ? entry.put : { ...entry.put, slices });
    }
  }
  return read;
}

/** Nobody else may tell this process what it uploaded: in a folder that others can write, their files are left alone. */
async function isOurs(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => null);
  if (facts === null || !facts.isFile()) return false;
  return process.getuid === undefined || facts.uid === process.getuid();
}

async function modifiedAt(path: string): Promise<number> {
  return stat(path).then(
    (facts) => facts.mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
}
