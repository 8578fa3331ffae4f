import {
  type FileFacts,
  type Plan,
  type SignerCall,
  TransferError,
  trueName,
} from '@mesibo-files/handler-core';
import { checkFileFacts, keyFor, partSizeFor } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { algorithmOf } from './integrity.ts';
import { MAX_PARTS } from './limits.ts';
import { markBegun } from './mark.ts';
import { planOf } from './plan.ts';
import { signParts } from './sign.ts';
import type { TicketFacts } from './ticket.ts';

/** Chooses key, way and part size. A file in one request costs no request here; blocks cost one. */
export async function begin(context: SignerContext, file: FileFacts, call: SignerCall): Promise<Plan> {
  const { settings, clock } = context;
  checkFileFacts(file);
  const maxSize =
    file.size === null ? Math.min(file.maxSize ?? settings.maxSize, settings.maxSize) : settings.maxSize;
  if (file.size !== null && file.size > maxSize) {
    throw new TransferError('file-too-large', `${file.size} bytes are more than the ${maxSize} allowed`);
  }
  await context.ready(call);
  // A stream of no stated length is given the wanted part size, and so as much as 50,000 such parts hold.
  const most =
    file.size ?? (file.maxSize === null ? Math.min(maxSize, settings.partSize * MAX_PARTS) : maxSize);
  const facts: TicketFacts = {
    bucket: settings.baseUrl,
    key: keyFor(settings, clock, file),
    way: 'single',
    size: file.size,
    maxSize: most,
    partSize: partSizeFor(most, settings.partSize, MAX_PARTS),
    contentType: file.contentType,
    name: trueName(file.name),
    uid: file.uid,
    mid: String(file.mid),
    source: file.source,
    transferId: file.transferId,
    checksum: settings.checksum,
    begunAt: Math.round(clock.now()),
  };
  if (file.size === null || file.size > settings.singleUpTo) {
    return planOf(context, await markBegun(context, facts, call), []);
  }
  const algorithm = algorithmOf(facts.checksum);
  const ready = algorithm === null || file.digests[algorithm] !== undefined;
  const wanted = { number: 1, size: file.size, digests: file.digests };
  return planOf(context, facts, ready ? await signParts(context, facts, [wanted], call) : []);
}
