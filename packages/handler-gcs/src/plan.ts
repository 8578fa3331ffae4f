import {
  type Integrity,
  KEPT_FOR,
  type Plan,
  partCount,
  type SignedPart,
} from '@mesibo-files/handler-core/provider';
import { PART_ANSWERS, SESSION_ANSWERS, SINGLE_ANSWERS } from './answers.ts';
import { MAX_PARTS } from './limits.ts';
import { dialectOf } from './session-dialect.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

/** Signing is quick, but the answer may go over a network: a hundred URLs are some 100 KB. */
const SIGN_BATCH = 100;

/** The plan that belongs to a ticket. */
export function planOf(facts: TicketFacts, now: number, signed: readonly SignedPart[]): Plan {
  const common = { ticket: writeTicket(facts), serverTime: now, keptFor: KEPT_FOR, signed };
  if (facts.session !== null) {
    return {
      ...common,
      shape: 'session',
      answers: SESSION_ANSWERS,
      integrity: integrityOf(facts, [], ['crc32c']),
      size: facts.size,
      chunkSize: facts.partSize,
      maxSize: facts.maxSize,
      dialect: dialectOf(facts.checksum),
    };
  }
  if (facts.uploadId === null) {
    return {
      ...common,
      shape: 'single',
      answers: SINGLE_ANSWERS,
      integrity: integrityOf(facts, ['crc32c'], []),
      size: facts.size ?? 0,
    };
  }
  return {
    ...common,
    shape: 'parts',
    answers: PART_ANSWERS,
    integrity: integrityOf(facts, ['crc32c'], ['crc32c']),
    size: facts.size,
    partSize: facts.partSize,
    maxParts: Math.min(MAX_PARTS, partCount(facts.size ?? facts.maxSize, facts.partSize)),
    signBatch: SIGN_BATCH,
  };
}

/** The store compares the digest of a request as its bytes arrive, and that of a session when it ends. */
function integrityOf(
  { checksum }: TicketFacts,
  parts: Integrity['parts'],
  whole: Integrity['whole'],
): Integrity {
  return checksum === 'none' ? { parts: [], whole: [], proof: 'length' } : { parts, whole, proof: 'store' };
}
