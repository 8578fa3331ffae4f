import {
  fromBase64,
  type SignedPart,
  type SignerCall,
  TransferError,
  type WantedPart,
} from '@mesibo-files/handler-core';
import { partCount, partLength } from '@mesibo-files/handler-core/provider';
import { blockId } from './block-ids.ts';
import type { SignerContext } from './context.ts';
import { algorithmOf, digestHeader } from './integrity.ts';
import { MAX_PARTS } from './limits.ts';
import { objectHeaders } from './metadata.ts';
import type { Presignable } from './presign.ts';
import { blocksName } from './staging.ts';
import type { TicketFacts } from './ticket.ts';

/** Signs a request for each part. Azure binds it to the blob and to its end; the rest is what the commit looks at. */
export async function signParts(
  { presigner, settings }: SignerContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
  call: SignerCall,
): Promise<readonly SignedPart[]> {
  const name = blocksName(facts, settings.prefix);
  const requests = wanted.map((part): Presignable => {
    checkGeometry(facts, part);
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

/** A part that does not fit the plan would only be found out at the commit. */
function checkGeometry(facts: TicketFacts, { number, size }: WantedPart): void {
  const most = facts.way === 'single' ? 1 : partCount(facts.size ?? facts.maxSize, facts.partSize);
  const isNumber = Number.isInteger(number) && number >= 1 && number <= Math.min(most, MAX_PARTS);
  if (!isNumber) throw new TransferError('invalid-argument', `There is no part ${number} in this upload.`);
  if (size === null || !Number.isSafeInteger(size) || !fits(facts, number, size)) {
    throw new TransferError('invalid-argument', `Part ${number} of this upload can not have ${size} bytes.`);
  }
}

function fits(facts: TicketFacts, number: number, size: number): boolean {
  if (facts.way === 'single') return size === facts.size;
  if (facts.size !== null) return size === partLength(number, facts.size, facts.partSize);
  return size <= facts.partSize && (size > 0 || number === 1);
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
