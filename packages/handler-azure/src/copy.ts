import { TransferError } from '@mesibo-files/handler-core';
import { isOurs, type SignerCall } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { removeBlob } from './discard.ts';
import type { BlobHead } from './head.ts';
import { landingName } from './landing.ts';
import type { TicketFacts } from './ticket.ts';

const DOING = 'copying the object to its place';

/** Something is under the key. The last is the source's condition as well: whoever is told `exists` looks. */
const EXISTS = [
  'BlobAlreadyExists',
  'UnauthorizedBlobOverwrite',
  'TargetConditionNotMet',
  'PendingCopyOperation',
  'ConditionNotMet',
];

/** The version to copy is not there any more. */
const CHANGED = ['SourceConditionNotMet', 'CannotVerifyCopySource', 'BlobNotFound'];

/** What became of a copy. `busy`: it goes on. */
export type Copied = { readonly version: string } | 'exists' | 'changed' | 'busy';

/** What the object gets that the source has not. */
export interface CopyTerms {
  /** In place of the source's; without it the source's is kept. */
  readonly metadata?: Record<string, string>;
  /** In place of the source's. */
  readonly tier?: string;
}

/**
 * Copies exactly this version of what waits to its key, where nobody holds a signature that may write, if nothing is
 * there. Within one account Azure does so at once as a rule, whatever the size, and keeps content headers.
 */
export async function copyToKey(
  { caller, presigner, settings }: SignerContext,
  facts: TicketFacts,
  version: string,
  terms: CopyTerms,
  call: SignerCall,
): Promise<Copied> {
  const name = landingName(facts, settings.prefix);
  const [source] = await presigner.sign(
    [{ method: 'GET', name, permission: 'r', query: '', headers: {} }],
    call,
  );
  const outcome = await caller.attempt(DOING, call, [...EXISTS, ...CHANGED], async (container, options) => {
    const poller = await container.getBlobClient(facts.key).beginCopyFromURL(source?.url ?? '', {
      ...options,
      ...terms,
      conditions: { ifNoneMatch: '*' },
      sourceConditions: { ifMatch: version },
    });
    return poller.getResult();
  });
  if (outcome.code !== null) return EXISTS.includes(outcome.code) ? 'exists' : 'changed';
  if (outcome.output === undefined) return 'busy';
  const { etag, copyStatus } = outcome.output;
  if (copyStatus === 'success' && etag !== undefined) return { version: etag };
  throw new TransferError('bad-answer', `${DOING}: the answer is not of Azure`);
}

/**
 * What became of our copy under the key, by the store's word. One that failed has no bytes: it is removed, so that it
 * can be begun again.
 * @throws `server-error` with the store's own code, retryable, when it failed
 */
export async function copyState(
  context: SignerContext,
  facts: TicketFacts,
  head: BlobHead,
  call: SignerCall,
): Promise<'done' | 'busy'> {
  const { copyStatus, copyStatusDescription } = head;
  if (!isOurs(head.metadata, facts) || copyStatus === undefined || copyStatus === 'success') return 'done';
  if (copyStatus === 'pending') return 'busy';
  await removeBlob(context, facts.key, call, head.etag);
  throw new TransferError('server-error', `${DOING}: ${copyStatusDescription ?? copyStatus}`);
}

/** Whether a blob has its bytes: one that is still copied, or whose copy failed, is no object. */
export function isWhole({ copyStatus }: Pick<BlobHead, 'copyStatus'>): boolean {
  return copyStatus === undefined || copyStatus === 'success';
}
