import { type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { isOurs } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headObject } from './head.ts';
import { listParts, UPLOAD_GONE } from './listing.ts';
import { jsonUrl, xmlUrl } from './location.ts';
import { cancelSession } from './session.ts';
import type { TicketFacts } from './ticket.ts';

/** Parts in flight can arrive after an abort; so often it is repeated. */
const MOST_ABORTS = 5;

/** Gives an upload up, and removes what the store holds of it. */
export async function discard(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  if (facts.uploadId !== null) return abort(context, facts, facts.uploadId, call);
  if (facts.session !== null) await cancelSession(context, facts.session, call);
  const head = await headObject(context, facts.key, call);
  if (head !== null && isOurs(head.metadata, facts))
    await removeObject(context, facts.key, call, head.generation);
}

async function abort(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  call: SignerCall,
): Promise<void> {
  const url = xmlUrl(context.location, facts.key, { uploadId });
  for (let round = 0; round < MOST_ABORTS; round++) {
    const aborted = await context.caller.send(
      'discarding the upload',
      call,
      { method: 'DELETE', url, by: 'token' },
      ({ code }) => UPLOAD_GONE.includes(code ?? ''),
    );
    if (aborted.code !== null || !(await listParts(context, facts, call))?.size) return;
  }
  throw new TransferError('server-error', 'discarding the upload: parts of it keep arriving');
}

/** Deletes an object, of this generation if one is given; that it is gone already is as good. */
export async function removeObject(
  { caller, location }: SignerContext,
  key: string,
  call: SignerCall,
  generation?: string,
): Promise<void> {
  const condition = generation === undefined ? '' : `?ifGenerationMatch=${generation}`;
  await caller.send(
    'removing the object',
    call,
    { method: 'DELETE', url: `${jsonUrl(location, key)}${condition}`, by: 'token' },
    ({ status }) => status === 404 || status === 412,
  );
}
