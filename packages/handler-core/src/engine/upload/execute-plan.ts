import { TransferError } from '../../errors/transfer-error.ts';
import type { Plan } from '../../signer/plan.ts';
import type { Manifest, PartFacts } from '../../signer/signer.ts';
import { partAlgorithms, wholeDigests } from '../digests.ts';
import type { TransferContext } from '../request/context.ts';
import { SignedRequestCache } from '../request/signed-request-cache.ts';
import { type Committed, commit } from './commit.ts';
import { type PlacedSlice, sameBytes } from './compare-source.ts';
import { cleanUp } from './give-up.ts';
import type { OpenUpload } from './journaled.ts';
import { PartReader } from './part-reader.ts';
import { sendParts } from './parts.ts';
import { sendSession } from './session.ts';

/** How many times parts are sent again that the commit finds missing. */
const MOST_ROUNDS = 3;

/** After these nothing of what was sent is ever of use. */
const HOPELESS: ReadonlySet<string> = new Set(['file-changed', 'file-too-large']);

/** Carries a plan out, up to its commit. What can't be continued takes its parts with it. */
export async function executePlan(context: TransferContext, upload: OpenUpload): Promise<Committed> {
  const { plan, job } = upload;
  const requests = new SignedRequestCache(
    job.signer,
    plan.ticket,
    context,
    plan.shape === 'parts' ? plan.signBatch : 1,
    plan.signed,
  );
  try {
    return plan.shape === 'session'
      ? await throughSession(context, upload, plan, requests)
      : await throughParts(context, upload, plan, requests);
  } catch (error) {
    const hopeless = TransferError.is(error) && HOPELESS.has(error.code);
    // Nobody can continue a stream, whatever ended it: its bytes can't be read again.
    const over = hopeless || !job.source.replayable;
    const abandoned = await (over ? upload.journal.giveUp(plan.ticket) : upload.journal.close());
    if (abandoned !== null) await cleanUp(context.ports, job.signer, abandoned);
    throw error;
  }
}

async function throughParts(
  context: TransferContext,
  upload: OpenUpload,
  plan: Exclude<Plan, { shape: 'session' }>,
  requests: SignedRequestCache,
): Promise<Committed> {
  const { job, journal, stored } = upload;
  const { source } = job;
  const geometry =
    plan.shape === 'parts' ? plan : { size: plan.size, partSize: Math.max(1, plan.size), maxParts: 1 };
  const algorithms = partAlgorithms(plan.integrity);
  const sent = new Map<number, PartFacts>();
  let answered = true;
  let missing: readonly number[] | undefined;
  for (let rounds = 1; ; rounds += 1) {
    const reader = new PartReader(context, source, geometry, algorithms, missing);
    const end = await sendParts(context, {
      plan,
      requests,
      reader,
      log: journal,
      stored: missing ? new Map() : stored,
    });
    if (end.gone) return { state: 'gone' };
    for (const part of end.parts) sent.set(part.number, part);
    answered &&= end.answered;
    const parts = [...sent.values()].sort((left, right) => left.number - right.number);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const digests = wholeDigests(plan.integrity.whole, parts);
    const placed = parts.map((part) => ({ ...part, offset: (part.number - 1) * geometry.partSize }));
    const committed = await checkedCommit(context, upload, placed, { size, parts, digests, answered });
    if (committed.state !== 'missing') return committed;
    missing = committed.parts;
    if (rounds >= MOST_ROUNDS || missing.length === 0 || !source.replayable) {
      throw new TransferError(
        'upload-incomplete',
        `the store misses ${missing.length} of ${parts.length} parts`,
      );
    }
    answered = true;
    for (const number of missing) context.ledger.unconfirm(sent.get(number)?.size ?? 0);
  }
}

async function throughSession(
  context: TransferContext,
  upload: OpenUpload,
  plan: Extract<Plan, { shape: 'session' }>,
  requests: SignedRequestCache,
): Promise<Committed> {
  const { job, journal, offset } = upload;
  let from = offset;
  for (let rounds = 1; ; rounds += 1) {
    const run = { plan, requests, source: job.source, log: journal, offset: from };
    const end = await sendSession(context, rounds === 1 ? { ...run, onResumed: job.onResumed } : run);
    if (end.gone) return { state: 'gone' };
    const { size, digests, answered } = end;
    const placed = [...journal.notes.values()].map((slice) => ({ ...slice, offset: slice.number - 1 }));
    const committed = await checkedCommit(context, upload, placed, { size, parts: [], digests, answered });
    if (committed.state !== 'missing') return committed;
    if (rounds >= MOST_ROUNDS || !job.source.replayable) {
      throw new TransferError('upload-incomplete', 'the session does not hold every byte');
    }
    context.ledger.restart();
    from = null;
  }
}

/** Commits, if the file is still what was sent. `sent`: what was, to compare if only its bytes can tell. */
async function checkedCommit(
  context: TransferContext,
  { job, journal, plan }: OpenUpload,
  sent: readonly PlacedSlice[],
  manifest: Manifest,
): Promise<Committed> {
  const { signer, source, again = source } = job;
  const unchanged = await source.unchanged();
  if (!unchanged || (unchanged === 'read-again' && !(await sameBytes(context, again, sent, manifest.size))))
    throw new TransferError('file-changed', 'the file changed while it was being sent');
  await journal.committing();
  return commit(context, signer, plan.ticket, manifest);
}
