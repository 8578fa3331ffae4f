import { StoreFault } from './codes.ts';

/** A chunk's place, as its Content-Range states it. */
export interface ContentRange {
  /** Offset of its first byte, or null where it has no bytes: a question, or the end. */
  readonly first: number | null;
  /** Offset behind its last byte; 0 with no bytes. */
  readonly end: number;
  /** Bytes of the file, or null while they are not known. */
  readonly total: number | null;
}

/** @throws StoreFault 400 for what makes no sense */
export function readContentRange(header: string | undefined): ContentRange {
  const [whole, from, to, of] =
    /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(?:(\d{1,15})|\*)$/.exec(header ?? '') ?? [];
  if (whole === undefined) throw new StoreFault(400, 'InvalidRequest', 'The Content-Range makes no sense.');
  const total = of === undefined ? null : Number(of);
  if (from === undefined) return { first: null, end: 0, total };
  const [first, end] = [Number(from), Number(to) + 1];
  if (first >= end || (total !== null && end > total)) {
    throw new StoreFault(400, 'InvalidRequest', 'The Content-Range makes no sense.');
  }
  return { first, end, total };
}
