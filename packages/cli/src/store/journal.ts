import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Journal, JournalRecord } from '@mesibo-files/handler-core';
import { fileJournal } from '@mesibo-files/handler-core/node';
import envPaths from 'env-paths';
import type { StoreConfiguration } from '../configuration/store.ts';

/** What is kept of uploads until they are whole: in a folder for each store, since a ticket is good for one alone. */
export function storeJournal(configuration: StoreConfiguration, folder: string | undefined): Journal {
  const { data } = envPaths('mesibo-files', { suffix: '' });
  return fileJournal(join(folder ?? join(data, 'uploads'), storeId(configuration)));
}

/** Names a store without its token, which may change while an upload is unfinished. */
function storeId(configuration: StoreConfiguration): string {
  const { provider } = configuration;
  const parts =
    provider === 'remote'
      ? [configuration.server]
      : provider === 'disk'
        ? [configuration.dir, configuration.prefix]
        : [
            configuration.bucket,
            configuration.endpoint,
            configuration.region,
            configuration.prefix,
            configuration.publicUrl,
          ];
  return createHash('sha256')
    .update(JSON.stringify([provider, ...parts]))
    .digest('hex')
    .slice(0, 32);
}

/**
 * The journal of uploads that were asked for in the same words: a file that was begun under another name or type is not
 * continued, but begun anew.
 */
export function scopedJournal(journal: Journal, scope: readonly unknown[]): Journal {
  const prefix = `${JSON.stringify(scope)} `;
  const unscoped = (record: JournalRecord): JournalRecord => ({
    ...record,
    waiters: record.waiters
      .filter(({ key }) => key.startsWith(prefix))
      .map((waiter) => ({ ...waiter, key: waiter.key.slice(prefix.length) })),
  });
  const scoped = (record: JournalRecord): JournalRecord => ({
    ...record,
    waiters: record.waiters.map((waiter) => ({ ...waiter, key: prefix + waiter.key })),
  });
  return {
    get: async (key) => {
      const record = await journal.get(prefix + key);
      return record === null ? null : unscoped(record);
    },
    change: async (transferId, change) => {
      let changed: JournalRecord | null = null;
      await journal.change(transferId, (record) => {
        const before = record === null ? null : unscoped(record);
        changed = change(before);
        return changed === null ? null : changed === before ? record : scoped(changed);
      });
      return changed;
    },
    note: (transferId, slice, at) => journal.note(transferId, slice, at),
    list: async () => {
      const records = await journal.list();
      // What nobody waits for is anybody's to clean up.
      return records
        .filter(({ waiters }) => waiters.length === 0 || waiters.some(({ key }) => key.startsWith(prefix)))
        .map(unscoped);
    },
  };
}
