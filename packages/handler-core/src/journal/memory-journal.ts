import type { Journal } from '../ports/journal.ts';
import { JournalRecords } from './records.ts';

/** A journal that lives as long as the process: enough to continue after a stop, not after a crash. */
export function memoryJournal(): Journal {
  const records = new JournalRecords();
  return {
    get: async (key) => records.waitedFor(key),
    async change(transferId, change) {
      const changed = change(records.get(transferId));
      if (changed === null) records.delete(transferId);
      else records.set(changed);
      return changed;
    },
    async note(transferId, slice, at) {
      records.note(transferId, slice, at);
    },
    list: async () => records.list(),
  };
}
