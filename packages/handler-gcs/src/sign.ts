import { TransferError } from '@mesibo-files/handler-core';
import {
  assertUndecided,
  checkPart,
  type SignedPart,
  type SignerCall,
  type WantedPart,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headObject } from './head.ts';
import { landingName } from './landing.ts';
import { MAX_PARTS } from './limits.ts';
import { lengthRange, NOTHING_THERE, objectHeaders } from './metadata.ts';
import type { GcsChecksum } from './options.ts';
import type { Presignable } from './presign.ts';
import { sessionPart } from './session.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * Signs requests for parts, if the upload still takes any. Whether a staged one was decided costs two requests.
 * @throws `upload-ended`
 */
export async function sign(
  context: SignerContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
  call: SignerCall,
): Promise<readonly SignedPart[]> {
  if (facts.staging !== 'none') {
    const [waiting, committed] = await Promise.all([
      headObject(context, landingName(facts, context.settings), call, 'known'),
      headObject(context, facts.key, call, 'known'),
    ]);
    await assertUndecided(waiting, async () => committed, facts);
  }
  return signParts(context, facts, wanted);
}

/** Signs a request for each part, bound to its size and digest, and to all of the object's headers where it is the whole. */
export async function signParts(
  { presigner, settings, clock }: SignerContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
): Promise<readonly SignedPart[]> {
  if (facts.session !== null) {
    // Its size may still be unknown, and is checked by the store.
    const part = sessionPart(facts, facts.session, clock.now());
    return wanted.map(() => part);
  }
  const whole = facts.uploadId === null ? { ...objectHeaders(facts, settings), ...NOTHING_THERE } : {};
  const requests = wanted.map((part): Presignable => {
    checkPart({ ...facts, inParts: facts.uploadId !== null }, part, MAX_PARTS);
    const size = part.size ?? 0;
    return {
      method: 'PUT',
      key: landingName(facts, settings),
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

function digestHeader(checksum: GcsChecksum, part: WantedPart): Record<string, string> {
  if (checksum === 'none') return {};
  const { crc32c } = part.digests;
  if (crc32c === undefined || !/^[A-Za-z0-9+/]{6}==$/.test(crc32c)) {
    throw new TransferError('invalid-argument', `Part ${part.number} can not be signed without its crc32c.`);
  }
  return { 'x-goog-hash': `crc32c=${crc32c}` };
}
