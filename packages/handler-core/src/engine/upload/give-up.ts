import { TransferError } from '../../errors/transfer-error.ts';
import type { Journal, JournalRecord } from '../../ports/journal.ts';
import type { Clock, Ports } from '../../ports/ports.ts';
import type { Signer, SignerCall } from '../../signer/signer.ts';
import { pause, unlessStopped } from '../request/time.ts';
import { type Abandoned, isUnderWay, stateOf, UPLOAD_KEPT_FOR, underWay } from './journaled.ts';

/** After so many milliseconds a clean-up ends, done or not; what it did not finish stays in the journal. */
const CLEAN_UP_WITHIN = 60_000;

/** How many times it tries within that time. */
const MOST_TRIES = 4;

/** A transfer waits so many milliseconds for its clean-up, which mostly takes less; then that goes on alone. */
const WAIT_FOR_CLEAN_UP = 50;

/** Nothing is left that could be removed, or the ticket can't be read by this signer, and never will be. */
const NOTHING_LEFT: ReadonlySet<string> = new Set(['upload-gone', 'object-not-found', 'invalid-argument']);

/**
 * Takes a waiter out of the record that knows it. When it was the last, what the store holds is removed, and the record
 * stays until the store has confirmed that. Answers whether this waiter had an upload that is not committed.
 */
export async function leave(ports: Ports, signer: Signer, key: string): Promise<boolean> {
  const found = await ports.journal.get(key);
  if (found === null) return false;
  const updatedAt = ports.clock.now();
  const left = await ports.journal.change(found.transferId, (record) => {
    if (record === null) return null;
    const waiters = record.waiters.filter((waiter) => waiter.key !== key);
    if (waiters.length > 0 || record.state === 'asked') return { ...record, waiters };
    return record.state === 'stored' ? null : { ...record, state: 'given-up', waiters, updatedAt };
  });
  if (left?.state === 'given-up') await cleanUp(ports, signer, left);
  return found.state === 'open' || found.state === 'asked';
}

/**
 * Takes a waiter out of a record that is too old, or of another version of the file. Only a discard removes what is
 * committed: here somebody may have been told of it, and the note of that may be lost.
 */
export async function outgrow(ports: Ports, signer: Signer, key: string, signal: AbortSignal): Promise<void> {
  const found = await ports.journal.get(key);
  if (found === null) return;
  const committed = await unlessStopped(isCommitted(ports, signer, found), signal);
  if (committed === null) return;
  if (!committed) {
    await leave(ports, signer, key);
    return;
  }
  await ports.journal.change(found.transferId, (record) => {
    const waiters = record?.waiters.filter((waiter) => waiter.key !== key) ?? [];
    return record === null || waiters.length === 0 ? null : { ...record, waiters };
  });
}

/**
 * Whether the store has committed an upload whose record does not say so: the answer, or the note of it, was lost. The
 * store is asked whatever the record says of a commit, for a journal that could not be written stands still while its
 * uploads go on. What a single request stored whole counts as committed. Null: the store does not tell just now.
 */
export async function isCommitted(
  ports: Ports,
  signer: Signer,
  record: JournalRecord,
): Promise<boolean | null> {
  if (record.state !== 'open') return false;
  const { ticket } = record;
  try {
    const work = (signal: AbortSignal) => signer.resume(ticket, { signal });
    const { stored } = await bounded(ports.clock, CLEAN_UP_WITHIN, work);
    return stored.state === 'committed';
  } catch (error) {
    return TransferError.is(error) && NOTHING_LEFT.has(error.code) ? false : null;
  }
}

/**
 * Removes what the store holds of an upload that was given up, then its record. It goes on in the background after a
 * moment; what fails stays in the journal for a sweep, or for the next start. Answers whether it was done by then.
 */
export async function cleanUp(ports: Ports, signer: Signer, abandoned: Abandoned): Promise<boolean> {
  const { clock } = ports;
  const done = cleaning(ports, signer, abandoned);
  let cancel: () => void = () => undefined;
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.after(WAIT_FOR_CLEAN_UP, () => resolve(false));
  });
  return Promise.race([done, late]).finally(() => cancel());
}

/** The clean-up itself. Never rejects. */
export async function cleaning(ports: Ports, signer: Signer, abandoned: Abandoned): Promise<boolean> {
  const { journal } = ports;
  const end = underWay(journal, abandoned.transferId);
  try {
    await bounded(ports.clock, CLEAN_UP_WITHIN, (signal) => removeAll(ports, signer, abandoned, signal));
    await journal.change(abandoned.transferId, () => null);
    return true;
  } catch {
    // The record says that it is to be done.
    return false;
  } finally {
    end();
  }
}

/**
 * Finishes what a crash, or a store that did not answer, left of clean-ups: of this store's records those that nobody
 * waits for. At most every ten minutes for each journal and store; calls in between do nothing.
 */
export async function finishCleanUps(ports: Ports, signer: Signer, store: string): Promise<void> {
  const finished = finishedAt.get(ports.journal) ?? new Map<string, number>();
  finishedAt.set(ports.journal, finished);
  const now = ports.clock.monotonic();
  if (now - (finished.get(store) ?? Number.NEGATIVE_INFINITY) < FINISH_EVERY) return;
  finished.set(store, now);
  const records = await ports.journal.list().catch(() => []);
  for (const record of records) {
    const { transferId, updatedAt, waiters, state } = record;
    if (record.store !== store || isUnderWay(ports.journal, transferId)) continue;
    const abandoned = abandonedIn(record);
    const lapsed = ports.clock.now() - updatedAt > UPLOAD_KEPT_FOR;
    if (abandoned !== null) {
      // A stream is told of its success, too, although no record of that is kept.
      const committed = await isCommitted(ports, signer, record);
      if (committed === true) await ports.journal.change(transferId, () => null).catch(() => null);
      else if (committed === false) await cleaning(ports, signer, abandoned);
    }
    // What the store may have begun has lapsed by now, or is in its own list.
    else if (state === 'asked' && waiters.length === 0 && lapsed) {
      await ports.journal.change(transferId, () => null).catch(() => null);
    }
  }
}

const FINISH_EVERY = 10 * 60 * 1000;
/** When clean-ups were last finished, by store, on the clock that never jumps. */
const finishedAt = new WeakMap<Journal, Map<string, number>>();

/** What a record leaves to be cleaned up; null: it is finished, or somebody may continue it, or it has no ticket. */
export function abandonedIn(record: JournalRecord): Abandoned | null {
  const state = stateOf(record);
  if (state.state !== 'given-up' && (state.state !== 'open' || record.waiters.length > 0)) return null;
  return { transferId: record.transferId, ticket: state.ticket, committing: state.committing };
}

async function removeAll(
  ports: Ports,
  signer: Signer,
  { ticket, committing }: Abandoned,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      if (committing) await removeCommitted(signer, ticket, { signal });
      await signer.discard(ticket, { signal });
      return;
    } catch (thrown) {
      const error = TransferError.from(thrown);
      if (NOTHING_LEFT.has(error.code)) return;
      if (!error.retryable || tries >= MOST_TRIES || signal.aborted) throw error;
      const asked = error.retryAfter ?? 0;
      await pause(ports.clock, asked + ports.random.fraction() * 1000 * 2 ** tries, signal);
    }
  }
}

/** The answer of a commit was lost: the object may be there, and a discard would not see it. */
async function removeCommitted(signer: Signer, ticket: string, call: SignerCall): Promise<void> {
  const { stored } = await signer.resume(ticket, call);
  if (stored.state === 'committed') await signer.remove(stored.object.url, call);
}

/** Does something for at most so long. */
async function bounded<T>(
  clock: Clock,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const late = new TransferError('stalled', `it took longer than ${milliseconds / 1000} s`);
  const cancel = clock.after(milliseconds, () => controller.abort(late));
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(late), { once: true });
  });
  try {
    return await Promise.race([work(controller.signal), ended]);
  } finally {
    cancel();
  }
}
