import { TransferError } from '../errors/transfer-error.ts';
import type { CommitRefusal } from './commit-check.ts';
import type { TicketFacts } from './ticket.ts';

/** What a commit decided of an upload. */
export type Decision = 'stored' | CommitRefusal;

type Upload = Pick<TicketFacts, 'key' | 'transferId'>;

/** What was decided of each upload, for good. Real stores tell it from their objects; this store keeps a book of its own. */
export class Decisions {
  readonly #made = new Map<string, Decision>();

  of(upload: Upload): Decision | null {
    return this.#made.get(nameOf(upload)) ?? null;
  }

  /** The first decision stands. */
  make(upload: Upload, decision: Decision): void {
    const name = nameOf(upload);
    if (!this.#made.has(name)) this.#made.set(name, decision);
  }

  /** @throws `upload-ended` for an upload that was decided */
  assertOpen(upload: Upload): void {
    const decision = this.of(upload);
    if (decision === null) return;
    const what = decision === 'stored' ? 'committed' : `refused: ${decision.reason}`;
    throw new TransferError('upload-ended', `This upload was ${what}.`);
  }
}

function nameOf({ key, transferId }: Upload): string {
  return JSON.stringify([key, transferId]);
}
