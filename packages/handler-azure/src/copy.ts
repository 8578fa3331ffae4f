import { type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { MINUTE } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { blocksName } from './staging.ts';
import type { TicketFacts } from './ticket.ts';

/** Within one account Azure copies at once as a rule, whatever the size; it promises two weeks at most. */
const PATIENCE = 60 * MINUTE;

/** How often to look whether a copy is done, in milliseconds. */
const INTERVAL = 1000;

/**
 * Copies what was put together to its place, where nobody holds a signature that may overwrite. Only the version that
 * was just made is copied. False: an object is there already.
 */
export async function copyStaged(
  { caller, presigner, settings }: SignerContext,
  facts: TicketFacts,
  version: string,
  call: SignerCall,
): Promise<boolean> {
  const name = blocksName(facts, settings.prefix);
  const [source] = await presigner.sign(
    [{ method: 'GET', name, permission: 'r', query: '', headers: {} }],
    call,
  );
  const outcome = await caller.attempt(
    'copying the object to its place',
    call,
    ['BlobAlreadyExists', 'UnauthorizedBlobOverwrite', 'TargetConditionNotMet', 'PendingCopyOperation'],
    async (container, options) => {
      const poller = await container.getBlobClient(facts.key).beginCopyFromURL(source?.url ?? '', {
        ...options,
        intervalInMs: INTERVAL,
        conditions: { ifNoneMatch: '*' },
        sourceConditions: { ifMatch: version },
        ...(settings.accessTier === null ? {} : { tier: settings.accessTier }),
      });
      return (await poller.pollUntilDone()).copyStatus;
    },
    PATIENCE,
  );
  if (outcome.code !== null) return false;
  if (outcome.output === 'success') return true;
  throw new TransferError(
    'server-error',
    `copying the object to its place: ${outcome.output ?? 'no status'}`,
  );
}
