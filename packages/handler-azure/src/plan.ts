import { KEPT_FOR, type Plan, partCount, type SignedPart } from '@mesibo-files/handler-core/provider';
import { uploadAnswers } from './answers.ts';
import type { SignerContext } from './context.ts';
import { integrityOf } from './integrity.ts';
import { MAX_PARTS } from './limits.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

/** Signing is quick, but the answer may go over a network: a hundred URLs are some 40 KB. */
const SIGN_BATCH = 100;

/** The plan that belongs to a ticket. */
export function planOf(
  { clock, caller }: SignerContext,
  facts: TicketFacts,
  signed: readonly SignedPart[],
): Plan {
  const common = {
    ticket: writeTicket(facts),
    answers: uploadAnswers(caller.azurite),
    integrity: integrityOf(facts),
    serverTime: clock.now(),
    keptFor: KEPT_FOR,
    signed,
  };
  if (facts.way === 'single') return { ...common, shape: 'single', size: facts.size ?? 0 };
  const most = facts.size ?? facts.maxSize;
  return {
    ...common,
    shape: 'parts',
    size: facts.size,
    partSize: facts.partSize,
    maxParts: Math.min(MAX_PARTS, partCount(most, facts.partSize)),
    signBatch: SIGN_BATCH,
  };
}
