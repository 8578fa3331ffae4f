import {
  isOurs,
  type PartFacts,
  type Plan,
  refusalIn,
  type SignerCall,
  type Stored,
} from '@mesibo-files/handler-core/provider';
import { planOf } from './begin.ts';
import { markName } from './format/names.ts';
import { headBlob, isWhole, storedObject } from './store/blobs.ts';
import { listBlocks } from './store/blocks.ts';
import type { SignerContext } from './store/context.ts';
import type { TicketFacts } from './ticket.ts';

interface Resumed {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

const GONE: Resumed = { plan: null, stored: { state: 'gone' } };

/** Reports what Azure holds: block sizes (it keeps no digests), the committed blob, or nothing. */
export async function resume(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Resumed> {
  await context.ready(call);
  if (facts.staging !== 'none') return resumeStaged(context, facts, call);
  if (facts.way !== 'single') {
    const sent = await sentBlocks(context, facts, call);
    if (sent !== null) return sent;
  }
  const committed = await committedOf(context, facts, call);
  // A single request leaves nothing behind that could be gone: it is sent again.
  if (committed === 'nothing' && facts.way === 'single') return partsOf(context, facts, []);
  return committed === 'nothing' ? GONE : committed;
}

/** A decision first: blocks and requests that came after it make no upload. */
async function resumeStaged(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Resumed> {
  const [committed, waiting] = await Promise.all([
    committedOf(context, facts, call),
    headBlob(context, markName(facts, context.settings.prefix), call),
  ]);
  if (committed !== 'nothing') return committed;
  if (waiting !== null && refusalIn(waiting.metadata ?? {}) !== null) return GONE;
  if (facts.way !== 'single') return (await sentBlocks(context, facts, call)) ?? GONE;
  const whole = waiting !== null && isWhole(waiting);
  return partsOf(context, facts, whole ? [{ number: 1, size: waiting.contentLength, digests: {} }] : []);
}

async function sentBlocks(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<Resumed | null> {
  const listed = await listBlocks(context, facts, call);
  return listed === null ? null : partsOf(context, facts, [...listed.parts.values()]);
}

function partsOf(context: SignerContext, facts: TicketFacts, sent: readonly PartFacts[]): Resumed {
  const parts = sent.toSorted((a, b) => a.number - b.number);
  return { plan: planOf(context, facts, []), stored: { state: 'parts', parts } };
}

/** Looks under the key: our whole object, someone else's or an incomplete one (`GONE`), or nothing. */
async function committedOf(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<Resumed | 'nothing'> {
  const head = await headBlob(context, facts.key, call);
  if (head === null) return 'nothing';
  const planned = (facts.size ?? head.contentLength) === head.contentLength;
  if (!isOurs(head.metadata, facts) || !planned || !isWhole(head)) return GONE;
  const object = storedObject(context.settings, facts.key, head);
  return { plan: planOf(context, facts, []), stored: { state: 'committed', object } };
}
