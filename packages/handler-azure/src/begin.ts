import {
  type BeginCall,
  beginFacts,
  type FileFacts,
  type Plan,
  partSizeFor,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { algorithmOf } from './integrity.ts';
import { MAX_PARTS } from './limits.ts';
import { markBegun } from './mark.ts';
import { planOf } from './plan.ts';
import { signParts } from './sign.ts';
import type { TicketFacts } from './ticket.ts';

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
