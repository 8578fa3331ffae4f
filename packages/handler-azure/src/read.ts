import { type ReadPlan, type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { downloadAnswers } from './answers.ts';
import type { SignerContext } from './context.ts';
import { headBlob, objectFacts } from './head.ts';
import { keyOf } from './location.ts';

/** How to fetch an object: its facts, and a GET bound to the version that they are of. */
export async function read(context: SignerContext, url: string, call: SignerCall): Promise<ReadPlan> {
  const { settings, presigner, clock, caller } = context;
  const name = keyOf(settings, url);
  await context.ready(call);
  const head = await headBlob(context, name, call);
  if (head === null || head.copyStatus === 'pending') {
    throw new TransferError('object-not-found', 'There is no object under this URL.');
  }
  const facts = objectFacts(head);
  const headers: Record<string, string> = facts.version === null ? {} : { 'if-match': facts.version };
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
