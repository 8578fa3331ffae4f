import {
  type Commit,
  dropContradiction,
  earlierCommit,
  findCommitted,
  type Manifest,
  type Refused,
  refusalMetadata,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { abortUpload } from './discard.ts';
import { finalPlace, mark, markedRefusal } from './found.ts';
import type { TicketFacts } from './ticket.ts';

/** Refuses an upload whose bytes land under the final key; what an earlier commit accepted stays. */
export async function refuse(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  why: Refused,
  call: SignerCall,
): Promise<Commit> {
  const place = finalPlace(context, facts, call);
  const aborted = facts.uploadId !== null && (await abortUpload(context, facts, facts.uploadId, call));
  if (facts.staging === 'none') {
    if (!aborted) await dropContradiction(place, facts);
    return why;
  }
  const earlier = aborted ? null : await earlierCommit(place, facts, manifest);
  if (earlier !== null) return earlier;
  await mark(context, facts, refusalMetadata(why), call);
  return why;
}

/** The store does not know the upload any more: what an earlier commit made of it. */
export async function endedBefore(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const found = await findCommitted(finalPlace(context, facts, call), facts, manifest);
  if (found.state !== 'gone' || facts.staging === 'none') return found;
  return (await markedRefusal(context, facts, call)) ?? found;
}
