import { TransferError } from '@mesibo-files/handler-core';
import type { ReadPlan } from '@mesibo-files/handler-core/provider';
import { DOWNLOAD_ANSWERS } from './format/answers.ts';
import { type ObjectRecord, objectFacts } from './format/metadata.ts';
import { presign } from './presign/presign.ts';
import type { DiskContext } from './store/context.ts';
import { findObject } from './store/objects.ts';

/**
 * How to fetch an object: its facts, and a GET bound to the version that they are of. The URL binds it, with no header,
 * so it is good for a redirect too.
 */
export async function read(context: DiskContext, key: string): Promise<ReadPlan> {
  const record = await findObject(await context.folder(), key);
  if (record === null) throw new TransferError('object-not-found', 'There is no object under this URL.');
  return readPlanOf(context, record, null);
}

/** @param upload - the upload whose bytes wait, where it is they that are read; null for an object in its place */
export function readPlanOf(context: DiskContext, record: ObjectRecord, upload: string | null): ReadPlan {
  const { key, version } = record;
  const request = presign(context, { permission: 'read', key, session: null, upload, version, headers: {} });
  const facts = objectFacts(record);
  return { ...facts, request, answers: DOWNLOAD_ANSWERS, ranges: true, serverTime: context.clock.now() };
}
