import type { JournalRecord } from '../ports/journal.ts';

const ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'md5', 'sha256'];

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
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

function isSlice(value: unknown): boolean {
  return (
    isFields(value) &&
    isCount(value.number) &&
    value.number !== 0 &&
    isCount(value.size) &&
    isDigests(value.digests)
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

function isRecord(value: unknown): value is JournalRecord {
  return (
    isFields(value) &&
    [value.key, value.fingerprint, value.ticket, value.transferId].every(isText) &&
    Array.isArray(value.slices) &&
    value.slices.every(isSlice) &&
    (value.object === null || isObject(value.object)) &&
    typeof value.updatedAt === 'number'
  );
}

/** The record in a JSON text, or null when it is none: cut off, of a later version, or somebody else's. */
export function readRecord(text: string): JournalRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
