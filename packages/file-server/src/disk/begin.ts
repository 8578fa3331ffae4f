import { type FileFacts, type Plan, toHex } from '@mesibo-files/handler-core';
import { beginFacts } from '@mesibo-files/handler-core/provider';
import type { DiskContext } from './context.ts';
import { createSession } from './folder/session-record.ts';
import { headOf } from './metadata.ts';
import { planOf } from './plan.ts';
import { signParts } from './sign.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

/** Chooses key and shape. A file in one request touches nothing here; a session is opened on the disk. */
export async function begin(context: DiskContext, file: FileFacts): Promise<Plan> {
  const { clock, settings } = context;
  const { maxSize, partSize, singleUpTo } = settings;
  const folder = await context.folder();
  const common = beginFacts({ ...settings, streamSize: maxSize }, clock, file);
  if (file.size !== null && file.size <= singleUpTo) {
    const facts: TicketFacts = { ...common, session: null, partSize };
    const wanted = { number: 1, size: file.size, digests: file.digests };
    const ready = file.digests.crc32 !== undefined;
    return planOf(settings, facts, clock.now(), ready ? signParts(context, facts, [wanted]) : []);
  }
  const session = toHex(settings.random.bytes(16));
  const facts: TicketFacts = { ...common, session, partSize };
  await createSession(folder, session, {
    format: 1,
    key: facts.key,
    size: facts.size,
    maxSize: facts.maxSize,
    head: headOf(facts, settings),
    ticket: writeTicket(facts),
    begunAt: facts.begunAt,
  });
  const wanted = { number: 1, size: file.size, digests: {} };
  return planOf(settings, facts, clock.now(), signParts(context, facts, [wanted]));
}
