import { TransferError } from '../../errors/transfer-error.ts';
import type { Plan } from '../../signer/plan.ts';
import type { Manifest, PartFacts } from '../../signer/signer.ts';
import type { TransferContext } from '../context.ts';
import { SigningDesk } from '../signing-desk.ts';
import { type Begun, discardQuietly } from './begun.ts';
import { type Committed, commit } from './commit.ts';
import { partAlgorithms, wholeDigests } from './digesting.ts';
import type { UploadJob } from './job.ts';
import { PartReader } from './part-reader.ts';
import { sendParts } from './parts.ts';
import { sendSession } from './session.ts';

/** So often parts that the commit finds missing are sent again. */
const MOST_ROUNDS = 3;

/** After these nothing of what was sent is ever of use. */
const HOPELESS: ReadonlySet<string> = new Set(['file-changed', 'file-too-large']);

/** Carries a plan out, up to its commit. What can't be continued takes its parts with it. */
export async function carryOut(context: TransferContext, begun: Begun): Promise<Committed> {
  const { plan, job } = begun;
  const desk = new SigningDesk(
    job.signer,
    plan.ticket,
    context,
    plan.shape === 'parts' ? plan.signBatch : 1,
    plan.signed,
  );
  try {
    return plan.shape === 'session'
      ? await throughSession(context, begun, plan, desk)
      : await throughParts(context, begun, plan, desk);
  } catch (error) {
    const hopeless = TransferError.is(error) && HOPELESS.has(error.code);
    // What was sent of a stream nobody can continue, whatever ended it.
    if (hopeless || !job.source.replayable) {
      await discardQuietly(job.signer, plan.ticket);
      await begun.journal.forget();
    }
    throw error;
  }
}

async function throughParts(
  context: TransferContext,
  { job, journal, stored }: Begun,
  plan: Exclude<Plan, { shape: 'session' }>,
  desk: SigningDesk,
): Promise<Committed> {
  const { source } = job;
  const geometry =
    plan.shape === 'parts' ? plan : { size: plan.size, partSize: Math.max(1, plan.size), maxParts: 1 };
  const algorithms = partAlgorithms(plan.integrity);
  const held = new Map<number, PartFacts>();
  let answered = true;
  let missing: readonly number[] | undefined;
  for (let rounds = 1; ; rounds += 1) {
    const reader = new PartReader(context, source, geometry, algorithms, missing);
    const end = await sendParts(context, {
      plan,
      desk,
      reader,
      log: journal,
      stored: missing ? new Map() : stored,
    });
    if (end.gone) return { state: 'gone' };
    for (const part of end.parts) held.set(part.number, part);
    answered &&= end.answered;
    const parts = [...held.values()].sort((left, right) => left.number - right.number);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const digests = wholeDigests(plan.integrity.whole, parts);
    const committed = await checkedCommit(context, job, plan.ticket, { size, parts, digests, answered });
    if (committed.state !== 'missing') return committed;
    missing = committed.parts;
    if (rounds >= MOST_ROUNDS || missing.length === 0 || !source.replayable) {
      throw new TransferError(
        'upload-incomplete',
        `the store misses ${missing.length} of ${parts.length} parts`,
      );
    }
    answered = true;
    for (const number of missing) context.ledger.unconfirm(held.get(number)?.size ?? 0);
  }
}

async function throughSession(
  context: TransferContext,
  { job, journal, offset }: Begun,
  plan: Extract<Plan, { shape: 'session' }>,
  desk: SigningDesk,
): Promise<Committed> {
  let from = offset;
  for (let rounds = 1; ; rounds += 1) {
    const run = { plan, desk, source: job.source, log: journal, offset: from };
    const end = await sendSession(context, rounds === 1 ? { ...run, onResumed: job.onResumed } : run);
    if (end.gone) return { state: 'gone' };
    const { size, digests, answered } = end;
    const committed = await checkedCommit(context, job, plan.ticket, { size, parts: [], digests, answered });
    if (committed.state !== 'missing') return committed;
    if (rounds >= MOST_ROUNDS || !job.source.replayable) {
      throw new TransferError('upload-incomplete', 'the session does not hold every byte');
    }
    context.ledger.restart();
    from = null;
  }
}

/** Commits, if the file is still what was sent. */
async function checkedCommit(
  context: TransferContext,
  { signer, source }: UploadJob,
  ticket: string,
  manifest: Manifest,
): Promise<Committed> {
  if (!(await source.unchanged()))
    throw new TransferError('file-changed', 'the file changed while it was being sent');
  return commit(context, signer, ticket, manifest);
}
