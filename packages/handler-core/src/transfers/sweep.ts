import { discardQuietly } from '../engine/upload/begun.ts';
import { UPLOAD_KEPT_FOR } from '../engine/upload/continue.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
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
  const tickets = new Set<string>();
  for (const record of await ports.journal.list()) {
    if (ports.clock.now() - record.updatedAt <= olderThan) continue;
    if (record.object === null) tickets.add(record.ticket);
    await ports.journal.delete(record.key);
  }
  for await (const { ticket } of signer.unfinished(olderThan, { signal })) tickets.add(ticket);
  for (const ticket of tickets) await discardQuietly(signer, ticket);
  return tickets.size;
}
