import { TransferError } from '../../errors/transfer-error.ts';
import type { StoredObject } from '../../signer/object.ts';
import type { Ticket } from '../../signer/plan.ts';
import type { Commit, Manifest, Signer } from '../../signer/signer.ts';
import type { TransferContext } from '../request/context.ts';
import { persist } from '../request/retry.ts';
import { pause } from '../request/time.ts';

/** The next step after a commit that did not refuse. */
export type Committed =
  | { readonly state: 'stored'; readonly object: StoredObject }
  | { readonly state: 'missing'; readonly parts: readonly number[] }
  | { readonly state: 'gone' };

/** The least and the most that is waited before a pending commit is asked again, in milliseconds. */
const PENDING_PAUSE = { least: 500, most: 30_000 };

/**
 * Asks the signer to commit, as often as it takes, and waits while the owner has not decided.
 * @throws what the store refuses the object for; `commit-pending` when the owner takes too long
 */
export async function commit(
  context: TransferContext,
  signer: Signer,
  ticket: Ticket,
  manifest: Manifest,
): Promise<Committed> {
  const { clock } = context.ports;
  const patience = clock.monotonic() + context.limits.pendingFor;
  let outcome = await commitOnce(context, signer, ticket, manifest);
  while (outcome.state === 'pending') {
    const wait = Math.min(Math.max(outcome.retryAfter, PENDING_PAUSE.least), PENDING_PAUSE.most);
    if (clock.monotonic() + wait > patience) {
      throw new TransferError('commit-pending', 'the server is still checking the file');
    }
    await pause(clock, wait, context.signal);
    outcome = await commitOnce(context, signer, ticket, { ...manifest, answered: false });
  }
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

async function commitOnce(
  context: TransferContext,
  signer: Signer,
  ticket: Ticket,
  manifest: Manifest,
): Promise<Commit> {
  return persist(context, ({ last }) =>
    // After a lost answer the store must be looked at, whatever was believed before.
    signer.commit(ticket, last === null ? manifest : { ...manifest, answered: false }, {
      signal: context.signal,
    }),
  );
}
