import { BlockBlobClient } from '@azure/storage-blob';
import { TransferError } from '@mesibo-files/handler-core';
import {
  type Manifest,
  MINUTE,
  type PartFacts,
  partCount,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { blobHeaders, metadataOf } from '../format/metadata.ts';
import { blockId, blockNumber, landingName, MARKER, waits } from '../format/names.ts';
import type { TicketFacts } from '../ticket.ts';
import { dropWaiting, removeBlob } from './blobs.ts';
import { createSuffices, type SignerContext } from './context.ts';

const MAY_NOT = 'AuthorizationPermissionMismatch';

/** A role that was assigned late is refused by the same code, so a refusal is not believed for ever. */
const TRIED_AGAIN = 60 * MINUTE;

/**
 * Stages a one-byte marker that is never part of the object. The upload is then listed from its beginning, and one that
 * the store dropped is known to be gone. The answer also shows whether a create-only signature may write blocks: Azure
 * allows it from service version 2026-04-06 on; Azurite 3.37.0 and older versions want `w`, and the blocks are staged.
 */
export async function markBegun(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<TicketFacts> {
  const known = createSuffices(context);
  if (known !== false) {
    const created: TicketFacts = { ...facts, way: 'parts' };
    if (await stageMarker(context, created, call, known === null ? [MAY_NOT] : [])) {
      context.createOnly = { suffices: true, until: Number.POSITIVE_INFINITY };
      return created;
    }
  }
  const staged: TicketFacts = { ...facts, way: 'staged' };
  await stageMarker(context, staged, call, []);
  context.createOnly = { suffices: false, until: context.clock.now() + TRIED_AGAIN };
  return staged;
}

/** Uses the same permission that the parts will have. */
async function stageMarker(
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

/** The blocks that the store holds of an upload. */
export interface ListedBlocks {
  /** Each part by its number. Azure tells no digests of blocks. */
  readonly parts: ReadonlyMap<number, PartFacts>;
  /** A blob that was put together already under the pending name: by an earlier commit, or by the client. */
  readonly made: {
    readonly version: string;
    /** Numbers of its blocks, in order; null for one that is none of ours. */
    readonly numbers: readonly (number | null)[];
  } | null;
  /** Whether there are blocks that are not put together. */
  readonly loose: boolean;
}

/** All blocks of an upload; null when the store no longer knows it: it was committed, discarded, or its week is over. */
export async function listBlocks(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<ListedBlocks | null> {
  const name = landingName(facts, settings.prefix);
  // Another type of blob stands there when a client put one; it has no blocks, and is never committed.
  const outcome = await caller.attempt(
    'listing the blocks',
    call,
    ['BlobNotFound', 'InvalidBlobType'],
    (container, options) => container.getBlockBlobClient(name).getBlockList('all', options),
  );
  if (outcome.code !== null) return null;
  const { committedBlocks = [], uncommittedBlocks = [], etag } = outcome.output;
  const put = waits(facts) ? committedBlocks : [];
  const parts = new Map<number, PartFacts>();
  // When both lists have a block, the uncommitted one is newer, and a block list takes it.
  for (const { name: id, size } of [...put, ...uncommittedBlocks]) {
    const number = blockNumber(id);
    if (number !== null) parts.set(number, { number, size, digests: {} });
  }
  const made = put.length > 0;
  // Blocks that arrive after a discard make no upload: what begins one is its marker.
  if (!parts.delete(MARKER) && !made) return null;
  if (made && etag === undefined) {
    throw new TransferError('bad-answer', 'listing the blocks: the answer is not of Azure');
  }
  return {
    parts,
    made: made ? { version: etag ?? '', numbers: put.map(({ name: id }) => blockNumber(id)) } : null,
    loose: uncommittedBlocks.length > 0,
  };
}

/** An object is there, of another or of a commit whose answer was lost; or what was listed is not there any more. */
const ELSE = ['BlobAlreadyExists', 'UnauthorizedBlobOverwrite', 'ConditionNotMet', 'BlobNotFound'];

/**
 * Puts the blocks together under the name that they landed under. The answer is the version, or null where another
 * object is there or what was listed has changed. What a staged upload has together already is kept, for a copy may be
 * at it: headers and metadata are looked at later.
 */
export async function assemble(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  { made, loose }: ListedBlocks,
  call: SignerCall,
): Promise<string | null> {
  const count = manifest.size === 0 ? 0 : partCount(manifest.size, facts.partSize);
  const together = made !== null && !loose && isInOrder(made.numbers, count);
  if (together && facts.staging !== 'none') return made.version;
  const ids = Array.from({ length: count }, (_, index) => blockId(index + 1));
  const outcome = await caller.attempt('putting the blocks together', call, ELSE, (container, options) =>
    container.getBlockBlobClient(landingName(facts, settings.prefix)).commitBlockList(ids, {
      ...options,
      blobHTTPHeaders: blobHeaders(facts, settings),
      metadata: metadataOf(facts, manifest),
      ...(settings.accessTier === null ? {} : { tier: settings.accessTier }),
      conditions: made === null ? { ifNoneMatch: '*' } : { ifMatch: made.version },
    }),
  );
  if (outcome.code !== null) return null;
  if (outcome.output.etag !== undefined) return outcome.output.etag;
  throw new TransferError('bad-answer', 'putting the blocks together: the answer is not of Azure');
}

function isInOrder(numbers: readonly (number | null)[], count: number): boolean {
  return numbers.length === count && numbers.every((number, index) => number === index + 1);
}

/** Blocks in flight can arrive after a discard; so often it is repeated. */
const MOST_ROUNDS = 5;

/**
 * Azure can't abort; its blocks lapse after a week. But a blob that is put together of none of them drops them all,
 * and can be deleted.
 */
export async function dropBlocks(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<void> {
  const name = landingName(facts, context.settings.prefix);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (!(await holdsSomething(context, name, call))) return;
    const emptied = await context.caller.attempt(
      'discarding the upload',
      call,
      ['BlobAlreadyExists', 'ConditionNotMet', 'InvalidBlobType'],
      (container, options) =>
        container
          .getBlockBlobClient(name)
          .commitBlockList([], { ...options, conditions: { ifNoneMatch: '*' } }),
    );
    if (emptied.code === null) await removeBlob(context, name, call, emptied.output.etag);
    // The name is taken. A staged blob is ours: delete it. A blob at the final key is someone else's: leave it.
    else if (waits(facts)) await dropWaiting(context, facts, call);
    else return;
  }
  throw new TransferError('server-error', 'discarding the upload: blocks of it keep arriving');
}

async function holdsSomething({ caller }: SignerContext, name: string, call: SignerCall): Promise<boolean> {
  const expected = ['BlobNotFound', 'InvalidBlobType'];
  const listed = await caller.attempt('discarding the upload', call, expected, (container, options) =>
    container.getBlockBlobClient(name).getBlockList('all', options),
  );
  return listed.code !== 'BlobNotFound';
}
