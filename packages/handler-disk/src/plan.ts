import type { Plan, SignedPart } from '@mesibo-files/handler-core';
import { SESSION_ANSWERS, SINGLE_ANSWERS } from './answers.ts';
import { DIALECT } from './session-dialect.ts';
import type { Settings } from './settings.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

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
