import {
  type BeginCall,
  beginFacts,
  type FileFacts,
  type Integrity,
  KEPT_FOR,
  type Plan,
  partCount,
  partSizeFor,
  type SignedPart,
} from '@mesibo-files/handler-core/provider';
import { dialectOf, PART_ANSWERS, SESSION_ANSWERS, SINGLE_ANSWERS } from './format/answers.ts';
import { MAX_PARTS } from './options.ts';
import { signParts } from './sign.ts';
import type { SignerContext } from './store/context.ts';
import { beginParts } from './store/multipart.ts';
import { openSession, sessionPart } from './store/session.ts';
import { type TicketFacts, writeTicket } from './ticket.ts';

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
