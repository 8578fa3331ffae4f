import { fileUrlFor, type StoredObject } from '@mesibo-files/handler-core';
import type { DiskContext } from './context.ts';
import type { ObjectRecord } from './folder/object-record.ts';
import { objectFacts } from './metadata.ts';

/** A committed object: its facts, and the durable URL. */
export function storedObject({ settings }: DiskContext, record: ObjectRecord): StoredObject {
  return { ...objectFacts(record), key: record.key, url: fileUrlFor(settings.publicUrl(), record.key) };
}
