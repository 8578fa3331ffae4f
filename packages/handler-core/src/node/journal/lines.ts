import { crc32 } from 'node:zlib';
import { isFields, isRecord, isSlice } from '../../journal/read-record.ts';
import type { JournalRecord } from '../../ports/journal.ts';
import type { PartFacts } from '../../signer/signer.ts';

/** One change of a journal, as a line of its log. */
export type Entry =
  /** The record is now this. `keepSlices`: with the slices that it has already; then the record names none. */
  | { readonly put: JournalRecord; readonly keepSlices?: true }
  | { readonly note: string; readonly slice: PartFacts; readonly at: number }
  | { readonly drop: string };

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** Writes a line: checksum, blank, JSON, end. */
export function lineOf(entry: Entry): string {
  const text = JSON.stringify(entry);
  return `${checksum(text)} ${text}\n`;
}

/** Reads a log. A line that is torn or spoilt is left out: it costs what it noted, and no other line depends on it. */
export function* entriesOf(log: string): Generator<Entry> {
  for (const line of log.split('\n')) {
    const entry = entryOf(line);
    if (entry !== null) yield entry;
  }
}

function entryOf(line: string): Entry | null {
  const text = line.slice(9);
  if (line[8] !== ' ' || checksum(text) !== line.slice(0, 8)) return null;
  const value: unknown = JSON.parse(text);
  return isEntry(value) ? value : null;
}

function isEntry(value: unknown): value is Entry {
  if (!isFields(value)) return false;
  if ('put' in value) return isRecord(value.put);
  if ('note' in value) {
    return typeof value.note === 'string' && isSlice(value.slice) && typeof value.at === 'number';
  }
  return typeof value.drop === 'string';
}
