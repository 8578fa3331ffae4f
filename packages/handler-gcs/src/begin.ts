import {
  type BeginCall,
  beginFacts,
  type FileFacts,
  type Plan,
  partSizeFor,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { MAX_PARTS } from './limits.ts';
import { beginParts } from './parts.ts';
import { planOf } from './plan.ts';
import { openSession, sessionPart } from './session.ts';
import { signParts } from './sign.ts';
import type { TicketFacts } from './ticket.ts';

/** Chooses key, shape and part size. A file in one request costs no request here; a session or parts cost one. */
export async function begin(context: SignerContext, file: FileFacts, call: BeginCall): Promise<Plan> {
  const { settings, clock } = context;
  const multipart = settings.upload === 'multipart';
  const streamSize = multipart ? settings.partSize * MAX_PARTS : settings.maxSize;
  const common = beginFacts({ ...settings, streamSize }, clock, file, call);
  const facts: TicketFacts = {
    ...common,
    uploadId: null,
    session: null,
    partSize: multipart ? partSizeFor(common.maxSize, settings.partSize, MAX_PARTS) : settings.partSize,
    checksum: settings.checksum,
  };
  if (file.size !== null && file.size <= settings.singleUpTo) {
    const ready = facts.checksum === 'none' || file.digests.crc32c !== undefined;
    const wanted = { number: 1, size: file.size, digests: file.digests };
    return planOf(facts, clock.now(), ready ? await signParts(context, facts, [wanted]) : []);
  }
  if (multipart) {
    const uploadId = await beginParts(context, facts, call);
    return planOf({ ...facts, uploadId }, clock.now(), []);
  }
  const session = await openSession(context, facts, call);
  return planOf({ ...facts, session }, clock.now(), [sessionPart(facts, session, clock.now())]);
}
