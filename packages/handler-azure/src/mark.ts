import { BlockBlobClient } from '@azure/storage-blob';
import { MINUTE, type SignerCall } from '@mesibo-files/handler-core/provider';
import { blockId, MARKER } from './block-ids.ts';
import { createSuffices, type SignerContext } from './context.ts';
import { landingName } from './landing.ts';
import type { TicketFacts } from './ticket.ts';

const REFUSED = 'AuthorizationPermissionMismatch';

/** A role that was assigned late is refused by the same code, so a refusal is not believed for ever. */
const TRIED_AGAIN = 60 * MINUTE;

/**
 * Stages a first block, one byte that is never part of the object. So an upload is listed from its beginning, one that
 * the store dropped is known to be gone, and the store has told whether who may only create may write blocks: Azure
 * may, from service version 2026-04-06 on; Azurite 3.37.0 and older versions want `w`, and the blocks are staged.
 */
export async function markBegun(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<TicketFacts> {
  const known = createSuffices(context);
  if (known !== false) {
    const created: TicketFacts = { ...facts, way: 'parts' };
    if (await mark(context, created, call, known === null ? [REFUSED] : [])) {
      context.createOnly = { suffices: true, until: Number.POSITIVE_INFINITY };
      return created;
    }
  }
  const staged: TicketFacts = { ...facts, way: 'staged' };
  await mark(context, staged, call, []);
  context.createOnly = { suffices: false, until: context.clock.now() + TRIED_AGAIN };
  return staged;
}

/** By the very permission that the parts will have. */
async function mark(
  { caller, presigner, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
  expected: readonly string[],
): Promise<boolean> {
  const name = landingName(facts, settings.prefix);
  const permission = facts.way === 'staged' ? 'w' : 'c';
  const [request] = await presigner.sign([{ method: 'PUT', name, permission, query: '', headers: {} }], call);
  const outcome = await caller.attempt(
    'beginning an upload of blocks',
    call,
    expected,
    (_, options, pipeline) =>
      new BlockBlobClient(request?.url ?? '', pipeline).stageBlock(blockId(MARKER), '.', 1, options),
  );
  return outcome.code === null;
}
