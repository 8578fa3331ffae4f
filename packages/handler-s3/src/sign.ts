import { TransferError } from '@mesibo-files/handler-core';
import {
  assertUndecided,
  checkPart,
  type DigestAlgorithm,
  pendingName,
  type SignedPart,
  type SignerCall,
  type WantedPart,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { findObject } from './found.ts';
import { landingName } from './landing.ts';
import { MAX_PARTS } from './limits.ts';
import { isOpen } from './listing.ts';
import { objectHeaders } from './metadata.ts';
import type { S3Checksum } from './options.ts';
import type { Presignable } from './presign.ts';
import type { TicketFacts } from './ticket.ts';

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
  { presigner, settings }: SignerContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
): Promise<readonly SignedPart[]> {
  const whole = facts.uploadId === null ? objectHeaders(facts, settings) : {};
  const requests = wanted.map((part): Presignable => {
    checkPart({ ...facts, inParts: !facts.single }, part, MAX_PARTS);
    return {
      method: 'PUT',
      key: landingName(facts, settings),
      query: facts.uploadId === null ? {} : { partNumber: String(part.number), uploadId: facts.uploadId },
      headers: { 'content-length': String(part.size), ...digestHeader(facts.checksum, part), ...whole },
    };
  });
  const signed = await presigner.sign(requests);
  return signed.map((request, index) => ({ number: wanted[index]?.number ?? 0, request }));
}

const BYTES: Readonly<Partial<Record<DigestAlgorithm, number>>> = { crc32: 4, md5: 16 };

function digestHeader(checksum: S3Checksum, part: WantedPart): Record<string, string> {
  if (checksum === 'none') return {};
  const digest = part.digests[checksum];
  if (digest === undefined || !isBase64(digest, BYTES[checksum] ?? 0)) {
    throw new TransferError(
      'invalid-argument',
      `Part ${part.number} can not be signed without its ${checksum}.`,
    );
  }
  return checksum === 'md5' ? { 'content-md5': digest } : { 'x-amz-checksum-crc32': digest };
}

function isBase64(text: string, bytes: number): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 && atob(text).length === bytes;
}
