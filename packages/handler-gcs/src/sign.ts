import { type SignedPart, TransferError, type WantedPart } from '@mesibo-files/handler-core';
import { partCount, partLength } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { MAX_PARTS } from './limits.ts';
import { lengthRange, NOTHING_THERE, objectHeaders } from './metadata.ts';
import type { GcsChecksum } from './options.ts';
import type { Presignable } from './presign.ts';
import { sessionPart } from './session.ts';
import type { TicketFacts } from './ticket.ts';

/** Signs a request for each part, bound to its size and digest, and to all of the object's headers where it is the whole. */
export async function signParts(
  { presigner, settings, clock }: SignerContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
): Promise<readonly SignedPart[]> {
  for (const part of wanted) checkGeometry(facts, part);
  if (facts.session !== null) {
    const part = sessionPart(facts, facts.session, clock.now());
    return wanted.map(() => part);
  }
  const whole = facts.uploadId === null ? { ...objectHeaders(facts, settings), ...NOTHING_THERE } : {};
  const requests = wanted.map((part): Presignable => {
    const size = part.size ?? 0;
    return {
      method: 'PUT',
      key: facts.key,
      query: facts.uploadId === null ? {} : { partNumber: String(part.number), uploadId: facts.uploadId },
      headers: {
        'content-length': String(size),
        ...lengthRange(size, size),
        ...digestHeader(facts.checksum, part),
        ...whole,
      },
    };
  });
  const signed = await presigner.sign(requests);
  return signed.map((request, index) => ({ number: wanted[index]?.number ?? 0, request }));
}

/** A part that does not fit the plan would only be found out at the commit. */
function checkGeometry(facts: TicketFacts, { number, size }: WantedPart): void {
  const most = facts.uploadId === null ? 1 : partCount(facts.size ?? facts.maxSize, facts.partSize);
  const isNumber = Number.isInteger(number) && number >= 1 && number <= Math.min(most, MAX_PARTS);
  if (!isNumber) throw new TransferError('invalid-argument', `There is no part ${number} in this upload.`);
  // A session's size may still be unknown, and is checked by the store.
  if (facts.session !== null) return;
  if (size === null || !Number.isSafeInteger(size) || !fits(facts, number, size)) {
    throw new TransferError('invalid-argument', `Part ${number} of this upload can not have ${size} bytes.`);
  }
}

function fits(facts: TicketFacts, number: number, size: number): boolean {
  if (facts.uploadId === null) return size === facts.size;
  if (facts.size !== null) return size === partLength(number, facts.size, facts.partSize);
  return size <= facts.partSize && (size > 0 || number === 1);
}

function digestHeader(checksum: GcsChecksum, part: WantedPart): Record<string, string> {
  if (checksum === 'none') return {};
  const { crc32c } = part.digests;
  if (crc32c === undefined || !/^[A-Za-z0-9+/]{6}==$/.test(crc32c)) {
    throw new TransferError('invalid-argument', `Part ${part.number} can not be signed without its crc32c.`);
  }
  return { 'x-goog-hash': `crc32c=${crc32c}` };
}
