import { discardQuietly } from '../engine/upload/begun.ts';
import { UPLOAD_KEPT_FOR } from '../engine/upload/continue.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import type { Ticket } from '../signer/plan.ts';
import type { Signer } from '../signer/signer.ts';
import { neverRaised } from './context.ts';

export interface SweepOptions {
  readonly signer: Signer;
  /** Default: the process's own. */
  readonly runtime?: Runtime;
  /** Uploads that were last heard of more than so many milliseconds ago. Default 24 hours. */
  readonly olderThan?: number;
}

/**
 * Removes what uploads left that nobody will continue: those of this device's journal, and those that the store itself
 * can list, whoever began them. Answers how many were discarded.
 */
export async function sweepUploads(options: SweepOptions): Promise<number> {
  const { signer, olderThan = UPLOAD_KEPT_FOR } = options;
  const { ports } = options.runtime ?? sharedRuntime();
  const signal = neverRaised();
  let discarded = 0;
  for (const record of await ports.journal.list()) {
    if (ports.clock.now() - record.updatedAt <= olderThan) continue;
    if (record.object === null) {
      await discardQuietly(signer, record.ticket);
      discarded += 1;
    }
    await ports.journal.delete(record.key);
  }
  // Listed only now: what the journal knew is gone, and not counted again under another ticket.
  const listed: Ticket[] = [];
  for await (const { ticket } of signer.unfinished(olderThan, { signal })) listed.push(ticket);
  for (const ticket of listed) await discardQuietly(signer, ticket);
  return discarded + listed.length;
}
