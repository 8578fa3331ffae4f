import { TransferError } from '@mesibo-files/handler-core';
import type { ReadCall, ReadPlan } from '@mesibo-files/handler-core/provider';
import { downloadAnswers } from './format/answers.ts';
import { headBlob, isWhole, objectFacts } from './store/blobs.ts';
import type { SignerContext } from './store/context.ts';

/** How to fetch an object: its facts, and a GET bound to the version that they are of. */
export async function read(context: SignerContext, name: string, call: ReadCall): Promise<ReadPlan> {
  const { presigner, clock, caller } = context;
  await context.ready(call);
  const head = await headBlob(context, name, call);
  if (head === null || !isWhole(head)) {
    throw new TransferError('object-not-found', 'There is no object under this URL.');
  }
  if (head.accessTier === 'Archive') {
    const state = head.archiveStatus === undefined ? '' : ', and is being restored';
    throw new TransferError('object-archived', `The object lies in the tier Archive${state}.`, {
      hint: 'Move it with `az storage blob set-tier --tier Cool`, and download it when that is done, after up to 15 hours.',
    });
  }
  const facts = objectFacts(head);
  const bound = facts.version !== null && call.bare !== true;
  const headers: Record<string, string> = bound ? { 'if-match': facts.version } : {};
  const [request] = await presigner.sign(
    [{ method: 'GET', name, permission: 'r', query: '', headers }],
    call,
  );
  if (request === undefined) throw new TransferError('internal', 'Nothing was signed.');
  return {
    ...facts,
    request,
    answers: downloadAnswers(caller.azurite),
    ranges: true,
    serverTime: clock.now(),
  };
}
