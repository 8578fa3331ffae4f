import {
  assertUndecided,
  checkPart,
  type SignedPart,
  type SignerCall,
  type WantedPart,
} from '@mesibo-files/handler-core/provider';
import { digestHeader } from './format/digests.ts';
import { lengthRange, NOTHING_THERE, objectHeaders } from './format/metadata.ts';
import { MAX_PARTS, payer } from './options.ts';
import type { Presignable } from './presign/presign.ts';
import type { SignerContext } from './store/context.ts';
import { headObject } from './store/head.ts';
import { sessionPart } from './store/session.ts';
import { landingName, type TicketFacts } from './ticket.ts';

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
        ...payer(settings.userProject),
        ...whole,
      },
    };
  });
  const signed = await presigner.sign(requests);
  return signed.map((request, index) => ({ number: wanted[index]?.number ?? 0, request }));
}
