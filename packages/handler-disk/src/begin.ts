import {
  type BeginCall,
  beginFacts,
  type FileFacts,
  type Plan,
  type SignedPart,
  toHex,
} from '@mesibo-files/handler-core/provider';
import { DIALECT, SESSION_ANSWERS, SINGLE_ANSWERS } from './format/answers.ts';
import { headOf } from './format/metadata.ts';
import type { Settings } from './options.ts';
import { signParts } from './sign.ts';
import type { DiskContext } from './store/context.ts';
import { createSession } from './store/session-state.ts';
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

/** The plan that belongs to a ticket. The store compares the digest of every byte that arrives. */
export function planOf(
  { keptFor }: Pick<Settings, 'keptFor'>,
  facts: TicketFacts,
  now: number,
  signed: readonly SignedPart[],
): Plan {
  const common = { ticket: writeTicket(facts), serverTime: now, keptFor, signed };
  if (facts.single) {
    return {
      ...common,
      shape: 'single',
      answers: SINGLE_ANSWERS,
      integrity: { parts: ['crc32'], whole: [], proof: 'store' },
      size: facts.size ?? 0,
    };
  }
  return {
    ...common,
    shape: 'session',
    answers: SESSION_ANSWERS,
    integrity: { parts: [], whole: ['crc32'], proof: 'store' },
    size: facts.size,
    chunkSize: facts.partSize,
    maxSize: facts.maxSize,
    dialect: DIALECT,
  };
}
