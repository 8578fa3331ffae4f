import { isCombinable } from '../digest/combine.ts';
import type { DigestAlgorithm, Integrity } from '../signer/digests.ts';
import type { Plan, Ticket } from '../signer/plan.ts';
import type { SignedPart } from '../signer/request.ts';
import { UPLOAD_ANSWERS } from './answer-rules.ts';
import { sessionDialect } from './dialects.ts';
import type { SignerSettings } from './signer-options.ts';
import type { TicketFacts } from './ticket.ts';

/** Which digests a plan of this shape asks for, and what they prove. */
export function integrityOf(settings: SignerSettings, shape: Plan['shape']): Integrity {
  const { digest, proof } = settings;
  const digests: readonly DigestAlgorithm[] = digest === null ? [] : [digest];
  if (shape === 'session') {
    // A session's bytes are known to the store only together.
    return { parts: [], whole: digests, proof };
  }
  const whole = shape === 'parts' && digest !== null && isCombinable(digest) ? digests : [];
  return { parts: digests, whole, proof };
}

/** The plan of a ticket, as begin and resume answer it. */
export function planOf(
  settings: SignerSettings,
  facts: TicketFacts,
  ticket: Ticket,
  serverTime: number,
  signed: readonly SignedPart[],
): Plan {
  const base = {
    ticket,
    answers: UPLOAD_ANSWERS,
    integrity: integrityOf(settings, facts.shape),
    serverTime,
    keptFor: facts.begunAt + settings.keptFor - serverTime,
    signed,
  };
  const { size, partSize, maxSize } = facts;
  if (facts.shape === 'single') return { ...base, shape: 'single', size: size ?? 0 };
  if (facts.shape === 'parts') {
    const { maxParts, signBatch } = settings;
    return { ...base, shape: 'parts', size, partSize, maxParts, signBatch };
  }
  // Whoever proves by parts has the digest compared at commit, not with the last chunk.
  const dialect = sessionDialect(
    settings.dialect,
    settings.chunkMultiple,
    settings.proof === 'store' ? settings.digest : null,
  );
  return { ...base, shape: 'session', size, chunkSize: partSize, maxSize, dialect };
}
