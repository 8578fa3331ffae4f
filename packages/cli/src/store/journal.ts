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
  const unscoped = (record: JournalRecord | null): JournalRecord | null =>
    record === null ? null : { ...record, key: record.key.slice(prefix.length) };
  return {
    get: async (key) => unscoped(await journal.get(prefix + key)),
    put: (record) => journal.put({ ...record, key: prefix + record.key }),
    delete: (key) => journal.delete(prefix + key),
    list: async () => {
      const records = await journal.list();
      return records
        .filter(({ key }) => key.startsWith(prefix))
        .map((record) => ({ ...record, key: record.key.slice(prefix.length) }));
    },
  };
}
