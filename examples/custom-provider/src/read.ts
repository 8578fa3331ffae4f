import { TransferError } from '@mesibo-files/handler-core';
import type { ReadCall, ReadPlan } from '@mesibo-files/handler-core/provider';
import { ANSWERS } from './format/answers.ts';
import { type Found, objectFacts } from './format/metadata.ts';
import type { TinyContext } from './signer.ts';

export async function read(context: TinyContext, key: string, call: ReadCall): Promise<ReadPlan> {
  return readPlan(context, key, await context.store.find(key, call), call.bare === true);
}

/** A signed GET, bound to the version that was looked at. A bare URL can't carry the header that binds it. */
export async function readPlan(
  { presign, clock }: TinyContext,
  key: string,
  found: Found | null,
  bare: boolean,
): Promise<ReadPlan> {
  if (found === null) throw new TransferError('object-not-found', 'There is no object under this URL.');
  const headers: Record<string, string> = bare ? {} : { 'if-match': found.answer.version };
  const request = await presign({ method: 'GET', key, headers });
  return { ...objectFacts(found.answer), request, answers: ANSWERS, ranges: true, serverTime: clock.now() };
}
