import {
  assertUndecided,
  checkPart,
  pendingName,
  type SignedPart,
  type SignerCall,
  type WantedPart,
} from '@mesibo-files/handler-core/provider';
import { digestHeader } from './format/digests.ts';
import { objectHeaders } from './format/metadata.ts';
import { MAX_PARTS, payerHeader } from './options.ts';
import type { Presignable } from './presign/presign.ts';
import type { SignerContext } from './store/context.ts';
import { findObject } from './store/head.ts';
import { isOpen } from './store/multipart.ts';
import { landingName, type TicketFacts } from './ticket.ts';

/**
 * Signs requests for parts, if the upload still takes any. Whether a staged one was decided costs a request or two.
 * @throws `upload-ended`
 */
export async function sign(
  context: SignerContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
  call: SignerCall,
): Promise<readonly SignedPart[]> {
  if (facts.staging !== 'none' && !(await isOpen(context, facts, call))) {
    const committed = findObject(context, facts, facts.key, call);
    const waiting = findObject(context, facts, pendingName(context.settings.prefix, facts.key), call);
    const [object, mark] = await Promise.all([committed, waiting]);
    await assertUndecided(mark, async () => object, facts);
  }
  return signParts(context, facts, wanted);
}

/** Signs a request for each part, bound to its size and digest, and to all of the object's headers where it is the whole. */
export async function signParts(
  { findings, presigner, settings }: SignerContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
): Promise<readonly SignedPart[]> {
  const { conditionalWrites } = findings;
  const own = payerHeader(settings);
  const whole = facts.uploadId === null ? objectHeaders(facts, { ...settings, conditionalWrites }) : {};
  const requests = wanted.map((part): Presignable => {
    checkPart({ ...facts, inParts: !facts.single }, part, MAX_PARTS);
    return {
      method: 'PUT',
      key: landingName(facts, settings),
      query: facts.uploadId === null ? {} : { partNumber: String(part.number), uploadId: facts.uploadId },
      headers: {
        'content-length': String(part.size),
        ...digestHeader(facts.checksum, part),
        ...own,
        ...whole,
      },
    };
  });
  const signed = await presigner.sign(requests);
  return signed.map((request, index) => ({ number: wanted[index]?.number ?? 0, request }));
}
