import type { Journal } from '@mesibo-files/handler-core';
import type { Life } from './life.ts';

/** A device's journal as one life of a process sees it: each call takes a while. */
export function journalOver(life: Life, journal: Journal): Journal {
  const take = <T>(call: () => Promise<T>): Promise<T> => life.operate(1, () => undefined).then(call);
  return {
    get: (key) => take(() => journal.get(key)),
    put: (record) => take(() => journal.put(record)),
    delete: (key) => take(() => journal.delete(key)),
    list: () => take(() => journal.list()),
  };
}
