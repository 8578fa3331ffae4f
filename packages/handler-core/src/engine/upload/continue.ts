import { TransferError } from '../../errors/transfer-error.ts';
import type { JournalRecord } from '../../ports/journal.ts';
import type { StoredObject } from '../../signer/object.ts';
import type { Ticket } from '../../signer/plan.ts';
import type { PartFacts, Stored } from '../../signer/signer.ts';
import type { TransferContext } from '../request/context.ts';
import { persist } from '../request/retry.ts';
import { outgrow } from './give-up.ts';
import {
  isUnderWay,
  JournaledUpload,
  type OpenUpload,
  SafeJournal,
  UPLOAD_KEPT_FOR,
  underWay,
} from './journaled.ts';
import type { UploadJob } from './upload-job.ts';

/** What an earlier attempt left to go on from. */
export type Continued =
  | { readonly state: 'stored'; readonly object: StoredObject }
  | { readonly state: 'open'; readonly upload: OpenUpload };

/** Looks whether an earlier attempt can be continued: by the journal, then by what the store says. Null: begin anew. */
export async function continueUpload(context: TransferContext, job: UploadJob): Promise<Continued | null> {
  const safe = new SafeJournal(context);
  for (const { key } of job.waiters.list()) {
    const record = await safe.try((journal) => journal.get(key));
    // Another run's, through another signer of the same store: what both would send, either may end.
    if (record === null || isUnderWay(context.ports.journal, record.transferId)) continue;
    const old = context.ports.clock.now() - record.updatedAt > UPLOAD_KEPT_FOR;
    const same = record.fingerprint === job.source.facts.fingerprint && record.store === job.store;
    // A stopped begin told nothing of the upload: start a new one, and clean up after a late answer.
    if (!same || old || record.state === 'asked' || record.state === 'given-up') {
      await safe.try(() => outgrow(context.ports, job.signer, key, context.signal));
      continue;
    }
    if (record.state === 'stored') {
      context.ledger.finish(record.object.size);
      return { state: 'stored', object: record.object };
    }
    // From before the store is asked, or a sweep might give up meanwhile what is about to go on.
    const end = underWay(context.ports.journal, record.transferId);
    const continued = await continueFromStore(context, job, record, record.ticket).finally(end);
    if (continued !== null) return continued;
  }
  return null;
}

async function continueFromStore(
  context: TransferContext,
  job: UploadJob,
  record: JournalRecord,
  ticket: Ticket,
): Promise<Continued | null> {
  const { signal } = context;
  const resumed = await persist(context, () => job.signer.resume(ticket, { signal })).catch(
    (error: unknown) => {
      // A ticket of another configuration, or of a version before: what it stood for lapses by itself.
      if (TransferError.is(error) && STALE.has(error.code)) return null;
      throw error;
    },
  );
  const stored: Stored = resumed?.stored ?? { state: 'gone' };
  const journal = await JournaledUpload.goOn(context, job, record);
  if (stored.state === 'committed' && stored.object.size === job.source.facts.size) {
    await journal.stored(stored.object);
    await journal.close();
    context.ledger.finish(stored.object.size);
    return { state: 'stored', object: stored.object };
  }
  const plan = resumed?.plan ?? null;
  if (stored.state === 'gone' || stored.state === 'committed' || plan === null) {
    await journal.forget();
    return null;
  }
  const parts = stored.state === 'parts' ? stored.parts : [];
  const storedBytes =
    stored.state === 'offset' ? stored.offset : parts.reduce((sum, part) => sum + part.size, 0);
  // A session whose offset is not known yet is asked first, and tells then.
  if (storedBytes !== null) job.onResumed(storedBytes);
  const byNumber: ReadonlyMap<number, PartFacts> = new Map(parts.map((part) => [part.number, part]));
  const offset = stored.state === 'offset' ? stored.offset : 0;
  return { state: 'open', upload: { plan, job, journal, stored: byNumber, offset } };
}

const STALE: ReadonlySet<string> = new Set(['upload-gone', 'invalid-argument', 'object-not-found']);
