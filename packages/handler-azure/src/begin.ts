import {
  type BeginCall,
  beginFacts,
  type FileFacts,
  KEPT_FOR,
  type Plan,
  partCount,
  partSizeFor,
  type SignedPart,
} from '@mesibo-files/handler-core/provider';
import { uploadAnswers } from './format/answers.ts';
import { algorithmOf, integrityOf } from './format/digests.ts';
import { MAX_PARTS } from './options.ts';
import { signParts } from './sign.ts';
import { markBegun } from './store/blocks.ts';
import type { SignerContext } from './store/context.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

/** Chooses key, way and part size. A file in one request costs no request here; blocks cost one. */
export async function begin(context: SignerContext, file: FileFacts, call: BeginCall): Promise<Plan> {
  const { settings, clock } = context;
  const { baseUrl: bucket, partSize } = settings;
  const common = beginFacts({ ...settings, bucket, streamSize: partSize * MAX_PARTS }, clock, file, call);
  await context.ready(call);
  const facts: TicketFacts = {
    ...common,
    way: 'single',
    partSize: partSizeFor(common.maxSize, partSize, MAX_PARTS),
    checksum: settings.checksum,
  };
  if (file.size === null || file.size > settings.singleUpTo) {
    return planOf(context, await markBegun(context, facts, call), []);
  }
  const algorithm = algorithmOf(facts.checksum);
  const ready = algorithm === null || file.digests[algorithm] !== undefined;
  const wanted = { number: 1, size: file.size, digests: file.digests };
  return planOf(context, facts, ready ? await signParts(context, facts, [wanted], call) : []);
}

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
