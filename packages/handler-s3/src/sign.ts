import {
  type DigestAlgorithm,
  type SignedPart,
  TransferError,
  type WantedPart,
} from '@mesibo-files/handler-core';
import { partCount, partLength } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { MAX_PARTS } from './limits.ts';
import { objectHeaders } from './metadata.ts';
import type { S3Checksum } from './options.ts';
import type { Presignable } from './presign.ts';
import type { TicketFacts } from './ticket.ts';

/** Signs a request for each part, bound to its size and digest, and to all of the object's headers where it is the whole. */
export async function signParts(
  { presigner, settings }: SignerContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
): Promise<readonly SignedPart[]> {
  const whole = facts.uploadId === null ? objectHeaders(facts, settings) : {};
  const requests = wanted.map((part): Presignable => {
    checkGeometry(facts, part);
    return {
      method: 'PUT',
      key: facts.key,
      query: facts.uploadId === null ? {} : { partNumber: String(part.number), uploadId: facts.uploadId },
      headers: { 'content-length': String(part.size), ...digestHeader(facts.checksum, part), ...whole },
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
  if (size === null || !Number.isSafeInteger(size) || !fits(facts, number, size)) {
    throw new TransferError('invalid-argument', `Part ${number} of this upload can not have ${size} bytes.`);
  }
}

function fits(facts: TicketFacts, number: number, size: number): boolean {
  if (facts.uploadId === null) return size === facts.size;
  if (facts.size !== null) return size === partLength(number, facts.size, facts.partSize);
  return size <= facts.partSize && (size > 0 || number === 1);
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
