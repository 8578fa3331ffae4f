import { TransferError } from '../../errors/transfer-error.ts';
import type { JournalRecord } from '../../ports/journal.ts';
import type { StoredObject } from '../../signer/object.ts';
import type { PartFacts, Stored } from '../../signer/signer.ts';
import type { TransferContext } from '../context.ts';
import { persist } from '../retry.ts';
import { type Begun, discardQuietly } from './begun.ts';
import type { UploadJob } from './job.ts';
import { JournaledUpload } from './journaled.ts';

/** How long an upload is kept, in milliseconds: what is stored of it, and the answer once it is whole. */
export const UPLOAD_KEPT_FOR: number = 24 * 60 * 60 * 1000;

/** What an earlier attempt left to go on from. */
export type Continued =
  | { readonly state: 'stored'; readonly object: StoredObject }
  | { readonly state: 'begun'; readonly begun: Begun };

/** Looks whether an earlier attempt can be continued: by the journal, then by what the store says. Null: begin anew. */
export async function continueUpload(context: TransferContext, job: UploadJob): Promise<Continued | null> {
  if (job.journalKey === null) return null;
  const { journal } = context.ports;
  const record = await journal.get(job.journalKey);
  if (record === null) return null;
  const old = context.ports.clock.now() - record.updatedAt > UPLOAD_KEPT_FOR;
  if (record.fingerprint !== job.source.facts.fingerprint || old) {
    if (record.object === null) await discardQuietly(job.signer, record.ticket);
    await journal.delete(record.key);
    return null;
  }
  if (record.object !== null) {
    context.ledger.finish(record.object.size);
    return { state: 'stored', object: record.object };
  }
  return continueFromStore(context, job, record);
}

async function continueFromStore(
  context: TransferContext,
  job: UploadJob,
  record: JournalRecord,
): Promise<Continued | null> {
  const { signal, ports } = context;
  const resumed = await persist(context, () => job.signer.resume(record.ticket, { signal })).catch(
    (error: unknown) => {
      // A ticket of another configuration, or of a version before: what it stood for lapses by itself.
      if (TransferError.is(error) && STALE.has(error.code)) return null;
      throw error;
    },
  );
  const stored: Stored = resumed?.stored ?? { state: 'gone' };
  if (stored.state === 'committed') {
    const journal = new JournaledUpload(ports, record);
    if (stored.object.size === job.source.facts.size) {
      await journal.stored(stored.object, job.facts.mid);
      context.ledger.finish(stored.object.size);
      return { state: 'stored', object: stored.object };
    }
  }
  const plan = resumed?.plan ?? null;
  if (stored.state === 'gone' || stored.state === 'committed' || plan === null) {
    await ports.journal.delete(record.key);
    return null;
  }
  const parts = stored.state === 'parts' ? stored.parts : [];
  const held = stored.state === 'offset' ? stored.offset : parts.reduce((sum, part) => sum + part.size, 0);
  // A session whose offset is not known yet is asked first, and tells then.
  if (held !== null) job.onResumed(held);
  const byNumber: ReadonlyMap<number, PartFacts> = new Map(parts.map((part) => [part.number, part]));
  return {
    state: 'begun',
    begun: {
      plan,
      job,
      journal: new JournaledUpload(ports, record),
      stored: byNumber,
      offset: stored.state === 'offset' ? stored.offset : 0,
    },
  };
}

const STALE: ReadonlySet<string> = new Set(['upload-gone', 'invalid-argument', 'object-not-found']);
