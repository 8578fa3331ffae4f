import type { Journal, JournalRecord } from '../ports/journal.ts';

/** So many records of finished uploads are remembered; of unfinished ones all. */
const FINISHED_MOST = 1000;

/** A journal that lives as long as the process: enough to continue after a stop, not after a crash. */
export function memoryJournal(): Journal {
  const records = new Map<string, JournalRecord>();
  const finished = new Set<string>();
  return {
    async get(key) {
      return records.get(key) ?? null;
    },
    async put(record) {
      records.set(record.key, record);
      finished.delete(record.key);
      if (record.object === null) return;
      finished.add(record.key);
      const [oldest] = finished;
      if (finished.size <= FINISHED_MOST || oldest === undefined) return;
      finished.delete(oldest);
      records.delete(oldest);
    },
    async delete(key) {
      finished.delete(key);
      records.delete(key);
    },
    async list() {
      return [...records.values()];
    },
  };
}
