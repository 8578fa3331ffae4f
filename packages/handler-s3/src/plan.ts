import type { Integrity, Plan, SignedPart } from '@mesibo-files/handler-core';
import { KEPT_FOR, partCount } from '@mesibo-files/handler-core/provider';
import { PART_ANSWERS, SINGLE_ANSWERS } from './answers.ts';
import { MAX_PARTS } from './limits.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

/** Signing is quick, but the answer may go over a network: a hundred URLs are some 80 KB. */
const SIGN_BATCH = 100;

/** The plan that belongs to a ticket. */
export function planOf(facts: TicketFacts, now: number, signed: readonly SignedPart[]): Plan {
  const common = {
    ticket: writeTicket(facts),
    answers: facts.single ? SINGLE_ANSWERS : PART_ANSWERS,
    integrity: integrityOf(facts),
    serverTime: now,
    keptFor: KEPT_FOR,
    signed,
  };
  if (facts.single) return { ...common, shape: 'single', size: facts.size ?? 0 };
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

/**
 * The digest of each part is signed, so the store compares it with every byte as it arrives: that is its proof. Only
 * a CRC of the whole can be compared once more, when the parts are put together.
 */
function integrityOf(facts: TicketFacts): Integrity {
  const { checksum, single } = facts;
  if (checksum === 'none') return { parts: [], whole: [], proof: 'length' };
  // The commit names the only part of an upload by its ETag: whoever knows the MD5 spares it a list.
  const parts: Integrity['parts'] = hasPredictedETag(facts)
    ? [...new Set([checksum, 'md5'] as const)]
    : [checksum];
  return { parts, whole: !single && checksum === 'crc32' ? ['crc32'] : [], proof: 'store' };
}

/** Whether the file is the only part of an upload, and the MD5 of its bytes will be that part's ETag. */
export function hasPredictedETag({ single, uploadId, checksum, plainETags }: TicketFacts): boolean {
  return single && uploadId !== null && checksum !== 'none' && plainETags;
}
