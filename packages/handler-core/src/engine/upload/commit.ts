import { TransferError } from '../../errors/transfer-error.ts';
import type { StoredObject } from '../../signer/object.ts';
import type { Ticket } from '../../signer/plan.ts';
import type { Commit, Manifest, Signer } from '../../signer/signer.ts';
import type { TransferContext } from '../context.ts';
import { persist } from '../retry.ts';

/** What follows from a commit that did not refuse. */
export type Committed =
  | { readonly state: 'stored'; readonly object: StoredObject }
  | { readonly state: 'missing'; readonly parts: readonly number[] }
  | { readonly state: 'gone' };

/** Asks the signer to commit, as often as it takes. @throws what the store refuses the object for */
export async function commit(
  context: TransferContext,
  signer: Signer,
  ticket: Ticket,
  manifest: Manifest,
): Promise<Committed> {
  let asked: Manifest = manifest;
  const outcome: Commit = await persist(context, async ({ last }) => {
    // After a lost answer the store must be looked at, whatever was believed before.
    if (last !== null) asked = { ...manifest, answered: false };
    return signer.commit(ticket, asked, { signal: context.signal });
  });
  if (outcome.state === 'refused')
    throw new TransferError(outcome.code, `the commit was refused: ${outcome.reason}`);
  if (outcome.state === 'stored' && outcome.object.size !== manifest.size) {
    throw new TransferError(
      'size-mismatch',
      `${manifest.size} bytes were sent and ${outcome.object.size} are stored`,
    );
  }
  return outcome;
}
