import type { Digests } from '../../digest/hash.ts';
import { toHex } from '../../digest/hex.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { Clock } from '../../ports/ports.ts';
import type { Plan, Ticket } from '../../signer/plan.ts';
import type { FileFacts } from '../../signer/signer.ts';
import { digestsOf } from '../digests.ts';
import type { TransferContext } from '../request/context.ts';
import { persist } from '../request/retry.ts';
import { onStop, stopReason, unlessStopped } from '../request/time.ts';
import { cleaning } from './give-up.ts';
import { readHead } from './headed-source.ts';
import { JournaledUpload, type OpenUpload } from './journaled.ts';
import type { UploadJob } from './upload-job.ts';

/** After a stop the answer to `begin` is waited for so many milliseconds, in the background. */
const ANSWER_WITHIN = 30_000;

/** Begins an upload: a small file, or the beginning of a stream, is read first, so that it can be signed at once. */
export async function begin(context: TransferContext, given: UploadJob): Promise<OpenUpload> {
  const { ports, limits, signal } = context;
  const { signer } = given;
  const able = await persist(context, () => signer.capabilities({ signal }));
  const size = given.source.facts.size;
  if (size !== null && size > able.maxSize) {
    throw new TransferError('file-too-large', `the file has ${size} bytes, the store takes ${able.maxSize}`);
  }
  let job = given;
  let digests: Digests = {};
  if (size === null || size <= able.singleUpTo) {
    const head = await readHead(context, given.source, able.singleUpTo);
    job = { ...given, source: head.source, again: given.source };
    if (head.whole) digests = digestsOf(ports.hash, able.beginDigests, head.head, limits.sliceSize);
  }
  const journal = await JournaledUpload.ask(context, job, toHex(ports.random.bytes(16)));
  try {
    const plan = await ask(context, job, journal, {
      ...job.facts,
      size: job.source.facts.size,
      maxSize: Math.min(limits.maxStreamSize, able.maxSize),
      transferId: journal.transferId,
      digests,
    });
    await journal.opened(plan.ticket);
    return { plan, job, journal, stored: new Map(), offset: 0 };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/**
 * Asks the signer to begin. A stop does not take the question back, for the store may have begun already: the answer is
 * waited for in the background, and its ticket goes into the journal.
 */
async function ask(
  context: TransferContext,
  job: UploadJob,
  journal: JournaledUpload,
  facts: FileFacts,
): Promise<Plan> {
  const { ports, signal } = context;
  try {
    return await persist(context, () => {
      const answer = outliving(ports.clock, signal, ANSWER_WITHIN, (call) =>
        job.signer.begin(facts, { signal: call }),
      );
      return unlessStopped(answer, signal).catch((error: unknown) => {
        if (signal.aborted)
          answer.then(({ ticket }) => keepLate(context, job, facts.transferId, ticket), nothing);
        throw error;
      });
    });
  } catch (error) {
    // What may succeed next time may have succeeded this time, unseen: then the record stays, for a sweep.
    if (TransferError.is(error) && !error.retryable && error.code !== 'stopped') await journal.forget();
    throw error;
  }
}

/** An upload was begun whose transfer has stopped: the next start may continue it. If nobody will, it is removed. */
async function keepLate(
  { ports }: TransferContext,
  job: UploadJob,
  transferId: string,
  ticket: Ticket,
): Promise<void> {
  const begun = { ticket, committing: false };
  const kept = await ports.journal
    .change(transferId, (record) =>
      record?.state === 'asked'
        ? { ...record, ...begun, state: record.waiters.length > 0 ? 'open' : 'given-up' }
        : record,
    )
    .catch(nothing);
  const ours = kept?.state === 'open' && kept.ticket === ticket;
  if (!ours) await cleaning(ports, job.signer, { ...begun, transferId });
}

/**
 * Runs a call that a stop does not end at once: from then on it has so many milliseconds.
 */
async function outliving<T>(
  clock: Clock,
  stopped: AbortSignal,
  milliseconds: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let cancel: () => void = () => undefined;
  const unsubscribe = onStop(stopped, () => {
    cancel = clock.after(milliseconds, () => controller.abort(stopReason(stopped)));
  });
  try {
    return await call(controller.signal);
  } finally {
    unsubscribe();
    cancel();
  }
}

function nothing(): null {
  return null;
}
