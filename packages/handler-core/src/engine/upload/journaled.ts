import { TransferError } from '../../errors/transfer-error.ts';
import type { Journal, JournalRecord, JournalState, JournalWaiter } from '../../ports/journal.ts';
import type { StoredObject } from '../../signer/object.ts';
import type { Plan, Ticket } from '../../signer/plan.ts';
import type { PartFacts } from '../../signer/signer.ts';
import { sameDigests } from '../digests.ts';
import type { TransferContext } from '../request/context.ts';
import type { SliceLog, UploadJob } from './upload-job.ts';

/** How often transfer ids are marked as being uploaded, continued or cleaned up by this process, by journal. */
const running = new WeakMap<Journal, Map<string, number>>();

/** Whether this process is moving, or cleaning up, the upload of this record right now: nobody else may touch it. */
export function isUnderWay(journal: Journal, transferId: string): boolean {
  return running.get(journal)?.has(transferId) ?? false;
}

/** Marks an upload as under way; the answer takes that mark back, once. */
export function underWay(journal: Journal, transferId: string): () => void {
  const marks = running.get(journal) ?? new Map<string, number>();
  running.set(journal, marks);
  marks.set(transferId, (marks.get(transferId) ?? 0) + 1);
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    const left = (marks.get(transferId) ?? 1) - 1;
    if (left === 0) marks.delete(transferId);
    else marks.set(transferId, left);
  };
}

/** The uploads that runs of this process are at, by journal. */
const runs = new WeakMap<Journal, Set<JournaledUpload>>();

/** The tickets of all uploads that runs of this process are at right now. */
export function ticketsUnderWay(journal: Journal): readonly Ticket[] {
  return [...(runs.get(journal) ?? [])].flatMap(({ state }) => ('ticket' in state ? [state.ticket] : []));
}

/** The transfers that were told, by their listener. */
const told = new WeakSet<TransferContext['onJournalFailure']>();

/** What the journal can do to a transfer: nothing. Its failure is told once, and the transfer goes on. */
export class SafeJournal {
  readonly #context: TransferContext;

  constructor(context: TransferContext) {
    this.#context = context;
  }

  async try<T>(use: (journal: Journal) => Promise<T>): Promise<T | null> {
    try {
      return await use(this.#context.ports.journal);
    } catch (error) {
      const { onJournalFailure } = this.#context;
      if (!told.has(onJournalFailure)) onJournalFailure(TransferError.from(error));
      told.add(onJournalFailure);
      return null;
    }
  }
}

/** An upload that nobody will continue. */
export interface Abandoned {
  readonly transferId: string;
  readonly ticket: Ticket;
  readonly committing: boolean;
}

type Facts = Pick<JournalRecord, 'transferId' | 'store' | 'fingerprint'>;

/** The journal's record of one upload that is under way, kept current. */
export class JournaledUpload implements SliceLog {
  readonly known: ReadonlyMap<number, PartFacts>;
  readonly #context: TransferContext;
  readonly #journal: SafeJournal;
  readonly #facts: Facts;
  readonly #notes: Map<number, PartFacts>;
  readonly #end: () => void;
  readonly #job: UploadJob;
  #state: JournalState;

  private constructor(context: TransferContext, job: UploadJob, facts: Facts, earlier: JournalRecord | null) {
    this.#context = context;
    this.#journal = new SafeJournal(context);
    this.#facts = facts;
    this.known = new Map(earlier?.slices.map((slice) => [slice.number, slice]));
    this.#notes = new Map(this.known);
    this.#state = earlier === null ? { state: 'asked' } : stateOf(earlier);
    this.#job = job;
    const { journal } = context.ports;
    const end = underWay(journal, facts.transferId);
    const others = runs.get(journal) ?? new Set();
    runs.set(journal, others.add(this));
    this.#end = () => {
      others.delete(this);
      end();
    };
    job.waiters.followedBy((waiter) => void this.#note(this.#state, [waiter]));
  }

  /**
   * Notes that an upload is going to be asked for, with its transfer id: a crash from now on leaves nothing at the store
   * that nobody knows of.
   */
  static async ask(context: TransferContext, job: UploadJob, transferId: string): Promise<JournaledUpload> {
    const fingerprint = job.source.facts.fingerprint ?? '';
    const journaled = new JournaledUpload(context, job, { transferId, store: job.store, fingerprint }, null);
    await journaled.#note({ state: 'asked' });
    return journaled;
  }

  /** Goes on with the record of an earlier attempt. */
  static async goOn(
    context: TransferContext,
    job: UploadJob,
    record: JournalRecord,
  ): Promise<JournaledUpload> {
    const { transferId, store, fingerprint } = record;
    const journaled = new JournaledUpload(context, job, { transferId, store, fingerprint }, record);
    await journaled.#note(journaled.#state, job.waiters.list());
    return journaled;
  }

  get transferId(): string {
    return this.#facts.transferId;
  }

  /** Every slice that was noted, by earlier attempts and by this one. */
  get notes(): ReadonlyMap<number, PartFacts> {
    return this.#notes;
  }

  get state(): JournalState {
    return this.#state;
  }

  /** The store answered: from now on a later start can continue. */
  opened(ticket: Ticket): Promise<void> {
    return this.#note({ state: 'open', ticket, committing: false });
  }

  /** Marks that the object may be there from now on, whether or not an answer says so. */
  async committing(): Promise<void> {
    if (this.#state.state === 'open' && !this.#state.committing) {
      await this.#note({ ...this.#state, committing: true });
    }
  }

  async add(slice: PartFacts): Promise<void> {
    const before = this.#notes.get(slice.number);
    let noted = slice;
    if (before?.size === slice.size) {
      if (sameDigests(before.digests, slice.digests)) return;
      // Either of two may be what the store holds, so neither is believed.
      noted = { ...slice, digests: {} };
    }
    this.#notes.set(slice.number, noted);
    const { transferId } = this.#facts;
    await this.#journal.try((journal) => journal.note(transferId, noted, this.#context.ports.clock.now()));
  }

  /**
   * The upload is committed. From now on a new start by one of its messages is answered from here; waiters without one
   * are forgotten, and the record with the last of them.
   */
  async stored(object: StoredObject): Promise<void> {
    this.#notes.clear();
    await this.#note({ state: 'stored', object });
  }

  /** Nobody will continue it: noted before its clean-up, which a crash may interrupt. */
  async giveUp(ticket: Ticket): Promise<Abandoned> {
    const { transferId } = this.#facts;
    const committing = this.#state.state === 'open' && this.#state.committing;
    await this.#note({ state: 'given-up', ticket, committing });
    this.#end();
    return { transferId, ticket, committing };
  }

  /** There is nothing at the store, and nothing to continue. */
  async forget(): Promise<void> {
    await this.#journal.try((journal) => journal.change(this.#facts.transferId, () => null));
    this.#end();
  }

  /**
   * The run is over: what is noted is for later starts. Answers what is to be cleaned up, for its last waiter may have
   * given it up meanwhile.
   */
  async close(): Promise<Abandoned | null> {
    let abandoned: Abandoned | null = null;
    await this.#journal.try((journal) =>
      journal.change(this.#facts.transferId, (found) => {
        if (found?.state !== 'open' || found.waiters.length > 0) return found;
        const { transferId, ticket, committing } = found;
        abandoned = { transferId, ticket, committing };
        return { ...found, state: 'given-up' };
      }),
    );
    this.#end();
    return abandoned;
  }

  /** Keeps waiters noted that were noted, and out that were taken out: others may have done that meanwhile. */
  async #note(state: JournalState, joining: readonly JournalWaiter[] = []): Promise<void> {
    this.#state = state;
    const updatedAt = this.#context.ports.clock.now();
    await this.#journal.try((journal) =>
      journal.change(this.#facts.transferId, (record) => {
        const waiters =
          state.state === 'given-up'
            ? []
            : union(record?.waiters ?? this.#job.waiters.list(), joining).filter(
                ({ remembered }) => remembered || state.state !== 'stored',
              );
        if (state.state === 'stored' && waiters.length === 0) return null;
        const slices = state.state === 'stored' ? [] : (record?.slices ?? [...this.#notes.values()]);
        return { ...this.#facts, ...state, waiters, slices, updatedAt };
      }),
    );
  }
}

/** The part of a record that says how far it got. */
export function stateOf(record: JournalRecord): JournalState {
  switch (record.state) {
    case 'asked':
      return { state: 'asked' };
    case 'stored':
      return { state: 'stored', object: record.object };
    default:
      return { state: record.state, ticket: record.ticket, committing: record.committing };
  }
}

function union(left: readonly JournalWaiter[], right: readonly JournalWaiter[]): readonly JournalWaiter[] {
  return [...new Map([...left, ...right].map((waiter) => [waiter.key, waiter])).values()];
}

/** How long an upload is kept, in milliseconds: what is stored of it, and the answer once it is whole. */
export const UPLOAD_KEPT_FOR: number = 24 * 60 * 60 * 1000;

/** An upload that has a plan: new, or continued. */
export interface OpenUpload {
  readonly plan: Plan;
  readonly job: UploadJob;
  readonly journal: JournaledUpload;
  /** Parts that the store holds, by number. */
  readonly stored: ReadonlyMap<number, PartFacts>;
  /** Bytes that a session holds; null: ask. */
  readonly offset: number | null;
}
