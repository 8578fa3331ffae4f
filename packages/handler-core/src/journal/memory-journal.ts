import type { Journal, JournalRecord } from '../ports/journal.ts';

/** A journal that lives as long as the process: enough to continue after a stop, not after a crash. */
export function memoryJournal(): Journal {
  const records = new Map<string, JournalRecord>();
  return {
    async get(key) {
      return records.get(key) ?? null;
    },
    async put(record) {
      records.set(record.key, structuredClone(record));
    },
    async delete(key) {
      records.delete(key);
    },
    async list() {
      return [...records.values()];
    },
  };
}
