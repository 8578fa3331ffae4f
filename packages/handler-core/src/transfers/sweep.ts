import { abandonedIn, cleaning, isCommitted } from '../engine/upload/give-up.ts';
import { isUnderWay, ticketsUnderWay, UPLOAD_KEPT_FOR } from '../engine/upload/journaled.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import type { Ticket } from '../signer/plan.ts';
import type { Signer } from '../signer/signer.ts';
import { storeOf } from './identity.ts';
import { neverRaised } from './run-context.ts';

export interface SweepOptions {
  readonly signer: Signer;
  /** Default: the process's own. */
  readonly runtime?: Runtime;
  /**
   * Uploads that were last heard of more than so many milliseconds ago. Default 24 hours. Below a minute it also takes
   * what another process is sending, what is just being begun, or what was stopped a moment ago: then it is sent anew.
   */
  readonly olderThan?: number;
}

export interface DownloadSweepOptions {
  /** Where downloads were put. */
  readonly folders: readonly string[];
  /** Default: the process's own. */
  readonly runtime?: Runtime;
  /** Temporary files that nobody has touched for so many milliseconds. Default 24 hours. */
  readonly olderThan?: number;
}

/**
 * Removes temporary files of downloads that nobody will continue, and that no living process is at work on. The first
 * download into a folder does the same there. Answers how many files went.
 *
 * @throws `target-folder-missing`, `target-not-writable`, `file-io`
 */
export async function sweepDownloads(options: DownloadSweepOptions): Promise<number> {
  const { folders, olderThan = UPLOAD_KEPT_FOR } = options;
  const { files } = (options.runtime ?? sharedRuntime()).ports;
  let removed = 0;
  for (const folder of folders) removed += (await files.sweep?.(folder, olderThan)) ?? 0;
  return removed;
}

/**
 * Removes what uploads left that nobody will continue: those of this device's journal, and those that the store itself
 * can list, whoever began them. What this process is moving right now is left alone. Answers how many were discarded.
 */
export async function sweepUploads(options: SweepOptions): Promise<number> {
  const { signer, olderThan = UPLOAD_KEPT_FOR } = options;
  const { ports } = options.runtime ?? sharedRuntime();
  const { journal, clock } = ports;
  const store = storeOf(signer);
  const signal = neverRaised();
  /** Under another ticket the same upload is known by its key. */
  const nameOf = (ticket: Ticket): string => signer.keyOfTicket?.(ticket) ?? ticket;
  /** Uploads that are in use, or not this signer's to judge, or could not be removed just now. */
  const spared = new Set<string>();
  let discarded = 0;
  for (const record of await journal.list()) {
    // A message that was stored is answered from its record for a day, whatever is swept meanwhile.
    const kept = record.state === 'stored' ? Math.max(olderThan, UPLOAD_KEPT_FOR) : olderThan;
    const old = clock.now() - record.updatedAt > kept;
    const ticket = record.state === 'open' || record.state === 'given-up' ? record.ticket : null;
    if (record.store !== store || isUnderWay(journal, record.transferId)) {
      if (ticket !== null) spared.add(nameOf(ticket));
    } else if (ticket === null) {
      if (old) await journal.change(record.transferId, () => null);
    } else if (old || abandonedIn(record) !== null) {
      // Only a discard removes a committed file: its URL may be in a message, though the note of that was lost.
      const committed = await isCommitted(ports, signer, record);
      const { transferId } = record;
      const left = await journal.change(transferId, (found) => {
        // While the store was asked, a start may have gone on with it.
        if (found?.state !== 'open' || committed === null || isUnderWay(journal, transferId)) return found;
        return committed ? null : { ...found, state: 'given-up', waiters: [] };
      });
      if (left?.state === 'given-up' && (await cleaning(ports, signer, left))) discarded += 1;
      else spared.add(nameOf(ticket));
    } else spared.add(nameOf(ticket));
  }
  // Listed only now: what the journal knew is gone, and not counted again under another ticket.
  const listed: Ticket[] = [];
  for await (const { ticket } of signer.unfinished(olderThan, { signal })) {
    if (!spared.has(nameOf(ticket))) listed.push(ticket);
  }
  for (const ticket of listed) {
    // Its `begin` may have been answered only now.
    if (ticketsUnderWay(journal).some((used) => nameOf(used) === nameOf(ticket))) continue;
    const done = await signer.discard(ticket, { signal }).then(
      () => true,
      () => false,
    );
    if (done) discarded += 1;
  }
  return discarded;
}
