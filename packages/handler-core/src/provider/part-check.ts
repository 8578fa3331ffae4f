import { TransferError } from '../errors/transfer-error.ts';
import type { WantedPart } from '../signer/request.ts';
import { partCount, partLength } from './part-sizes.ts';

/** How a file is cut, as its ticket says. */
export interface PartsOfTicket {
  /** Whether it is cut at all; else its only part is the whole. */
  readonly inParts: boolean;
  /** Bytes, or null for a stream. */
  readonly size: number | null;
  readonly maxSize: number;
  readonly partSize: number;
}

/**
 * Refuses a part that does not fit the plan, which otherwise only the commit would find out.
 * @throws `invalid-argument`
 */
export function checkPart(facts: PartsOfTicket, { number, size }: WantedPart, maxParts: number): void {
  const most = facts.inParts ? partCount(facts.size ?? facts.maxSize, facts.partSize) : 1;
  const isNumber = Number.isInteger(number) && number >= 1 && number <= Math.min(most, maxParts);
  if (!isNumber) throw new TransferError('invalid-argument', `There is no part ${number} in this upload.`);
  if (size === null || !Number.isSafeInteger(size) || !fits(facts, number, size)) {
    throw new TransferError('invalid-argument', `Part ${number} of this upload can not have ${size} bytes.`);
  }
}

function fits(facts: PartsOfTicket, number: number, size: number): boolean {
  if (!facts.inParts) return size === facts.size;
  if (facts.size !== null) return size === partLength(number, facts.size, facts.partSize);
  return size <= facts.partSize && (size > 0 || number === 1);
}
