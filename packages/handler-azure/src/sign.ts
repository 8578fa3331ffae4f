import { TransferError } from '@mesibo-files/handler-core';
import {
  checkPart,
  fromBase64,
  type SignedPart,
  type SignerCall,
  type WantedPart,
} from '@mesibo-files/handler-core/provider';
import { blockId } from './block-ids.ts';
import type { SignerContext } from './context.ts';
import { algorithmOf, digestHeader } from './integrity.ts';
import { landingName } from './landing.ts';
import { MAX_PARTS } from './limits.ts';
import { objectHeaders } from './metadata.ts';
import type { Presignable } from './presign.ts';
import type { TicketFacts } from './ticket.ts';

/** Signs a request for each part. Azure binds it to the blob and to its end; the rest is what the commit looks at. */
export async function signParts(
  { presigner, settings }: SignerContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
  call: SignerCall,
): Promise<readonly SignedPart[]> {
  const name = landingName(facts, settings.prefix);
  const requests = wanted.map((part): Presignable => {
    checkPart({ ...facts, inParts: facts.way !== 'single' }, part, MAX_PARTS);
    const sized = { 'content-length': String(part.size), ...checkedDigest(facts, part) };
    if (facts.way === 'single') {
      const headers = { ...sized, ...objectHeaders(facts, settings, part.digests) };
      return { method: 'PUT', name, permission: 'c', query: '', headers };
    }
    const permission = facts.way === 'staged' ? 'w' : 'c';
    return {
      method: 'PUT',
      name,
      permission,
      query: `comp=block&blockid=${blockId(part.number)}`,
      headers: sized,
    };
  });
  const signed = await presigner.sign(requests, call);
  return signed.map((request, index) => ({ number: wanted[index]?.number ?? 0, request }));
}

function checkedDigest({ checksum }: TicketFacts, { number, digests }: WantedPart): Record<string, string> {
  const algorithm = algorithmOf(checksum);
  if (algorithm === null) return {};
  const digest = digests[algorithm];
  if (digest === undefined || fromBase64(digest)?.length !== (algorithm === 'md5' ? 16 : 8)) {
    throw new TransferError('invalid-argument', `Part ${number} can not be signed without its ${algorithm}.`);
  }
  return digestHeader(algorithm, digest);
}
