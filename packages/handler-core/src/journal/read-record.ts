import type { JournalRecord } from '../ports/journal.ts';
import type { PartFacts } from '../signer/signer.ts';

const ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'md5', 'sha256'];

type Fields = Readonly<Record<string, unknown>>;

/** Whether this is an object with named fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isDigests(value: unknown): boolean {
  return (
    isFields(value) &&
    Object.entries(value).every(([name, digest]) => ALGORITHMS.includes(name) && typeof digest === 'string')
  );
}

function isIntegrity(value: unknown): boolean {
  if (!isFields(value)) return false;
  if (value.kind === 'none') return true;
  if (value.kind === 'whole') return isDigests(value.digests);
  return (
    value.kind === 'pieces' &&
    ALGORITHMS.includes(String(value.algorithm)) &&
    isCount(value.pieceSize) &&
    value.pieceSize !== 0 &&
    typeof value.combined === 'string'
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isSender(value: unknown): boolean {
  return (
    isFields(value) &&
    Number.isSafeInteger(value.uid) &&
    Number.isSafeInteger(value.source) &&
    isText(value.mid) &&
    typeof value.secure === 'boolean'
  );
}

function isObject(value: unknown): boolean {
  return (
    isFields(value) &&
    isCount(value.size) &&
    [value.contentType, value.url, value.key].every(isText) &&
    [value.version, value.name].every((each) => each === null || isText(each)) &&
    isIntegrity(value.integrity) &&
    (value.sender === undefined || isSender(value.sender))
  );
}

function isWaiter(value: unknown): boolean {
  return isFields(value) && isText(value.key) && typeof value.remembered === 'boolean';
}

function isState(value: Fields): boolean {
  if (value.state === 'asked') return true;
  if (value.state === 'stored') return isObject(value.object);
  return (
    (value.state === 'open' || value.state === 'given-up') &&
    isText(value.ticket) &&
    typeof value.committing === 'boolean'
  );
}

/** Whether this is a slice as a journal holds it. */
export function isSlice(value: unknown): value is PartFacts {
  return (
    isFields(value) &&
    isCount(value.number) &&
    value.number !== 0 &&
    isCount(value.size) &&
    isDigests(value.digests)
  );
}

/** Whether this is a record that this version of the package can act on. */
export function isRecord(value: unknown): value is JournalRecord {
  return (
    isFields(value) &&
    [value.transferId, value.store, value.fingerprint].every(isText) &&
    Array.isArray(value.waiters) &&
    value.waiters.every(isWaiter) &&
    Array.isArray(value.slices) &&
    value.slices.every(isSlice) &&
    typeof value.updatedAt === 'number' &&
    isState(value)
  );
}
