import { type BeginCall, type FileFacts, type Plan, toHex } from '@mesibo-files/handler-core';
import { beginFacts } from '@mesibo-files/handler-core/provider';
import type { DiskContext } from './context.ts';
import { createSession } from './folder/session-record.ts';
import { headOf } from './metadata.ts';
import { planOf } from './plan.ts';
import { signParts } from './sign.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

/** Chooses key and shape. One request of a trusted client touches nothing here; all else gets a folder to wait in. */
export async function begin(context: DiskContext, file: FileFacts, call: BeginCall): Promise<Plan> {
  const { clock, settings } = context;
  const { maxSize, partSize, singleUpTo } = settings;
  const folder = await context.folder();
  const common = beginFacts({ ...settings, streamSize: maxSize }, clock, file, call);
  const single = file.size !== null && file.size <= singleUpTo;
  const waits = !single || common.staging !== 'none';
  const session = waits ? toHex(settings.random.bytes(16)) : null;
  const facts: TicketFacts = { ...common, session, single, partSize };
  if (session !== null) {
    await createSession(folder, session, {
      format: 1,
      key: facts.key,
      size: facts.size,
      maxSize: facts.maxSize,
      head: headOf(facts, settings),
      ticket: writeTicket(facts),
      begunAt: facts.begunAt,
    });
  }
  const ready = !single || file.digests.crc32 !== undefined;
  const wanted = { number: 1, size: file.size, digests: single ? file.digests : {} };
  return planOf(settings, facts, clock.now(), ready ? signParts(context, facts, [wanted]) : []);
}
