import { toBase64 } from '../../digest/base64.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { Stretch, Target } from '../../ports/ports.ts';
import { reach } from '../../ports/stretches.ts';
import type { ReadPlan } from '../../signer/signer.ts';
import { makeHasher } from '../digests.ts';
import type { TransferContext } from '../request/context.ts';
import { allOrFirstError, childOf, throwIfStopped } from '../request/time.ts';
import { checkRoom, checkSize, rangeSizeFor } from './bounds.ts';
import type { DownloadJob } from './download-job.ts';
import { fetchRange, type Range } from './range.ts';
import { ReadPlanCache } from './read-plan-cache.ts';
import { type Piece, type Verification, verification } from './verifier.ts';

/** Downloads a file: verified, flushed, then in its place; or not there at all. */
export async function runDownload(context: TransferContext, job: DownloadJob): Promise<ReadPlan> {
  const plans = await ReadPlanCache.open(context, job.signer, job.url);
  try {
    return await attempt(context, job, plans);
  } catch (error) {
    // A byte was damaged on the way, or in what an earlier attempt left: once more, from the first byte.
    if (!TransferError.is(error) || error.code !== 'digest-mismatch') throw error;
    context.ledger.restart();
    context.onRetry(error, 0);
    return attempt(context, job, plans);
  }
}

async function attempt(context: TransferContext, job: DownloadJob, plans: ReadPlanCache): Promise<ReadPlan> {
  const { plan } = plans;
  checkSize(plan.size, context.limits.maxDownloadSize);
  context.ledger.setTotal(plan.size);
  const how = verification(
    context.ports.hash,
    plan.integrity,
    rangeSizeFor(plan.size, context.limits.rangeSize),
  );
  const version = plan.ranges && plan.version !== null ? `${plan.version} ${plan.size}` : null;
  const target = await job.destination.open(version, how.algorithm === null);
  try {
    await checkRoom(target, plan.size - target.kept - bytesOf(target.keptBeyond ?? []));
    await fetchAll(context, plans, target, how, job.onResumed);
    throwIfStopped(context.signal);
    await job.destination.place(target);
    context.ledger.finish(plan.size);
    return plan;
  } catch (error) {
    const wrong =
      TransferError.is(error) && (error.code === 'digest-mismatch' || error.code === 'object-changed');
    await target.close(!wrong).catch(() => undefined);
    throw error;
  }
}

async function fetchAll(
  outer: TransferContext,
  plans: ReadPlanCache,
  target: Target,
  how: Verification,
  onResumed: (bytes: number) => void,
): Promise<void> {
  const ranges = cut(plans.plan, how);
  const earlier: readonly Stretch[] = [{ first: 0, end: target.kept }, ...(target.keptBeyond ?? [])];
  const kept = ranges.map(({ first, size }) => Math.min(size, reach(earlier, first) - first));
  const resumed = kept.reduce((sum, bytes) => sum + bytes, 0);
  if (resumed > 0) onResumed(resumed);
  const pieces: Piece[] = [];
  const { controller, release } = childOf(outer.signal);
  const context = { ...outer, signal: controller.signal };
  const waiting = ranges[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const range of waiting) {
      throwIfStopped(context.signal);
      pieces[range.number] = await fetchPiece(context, plans, range, how, target, kept[range.number] ?? 0);
    }
  };
  try {
    const lanes = Math.max(1, Math.min(outer.limits.concurrency, ranges.length));
    await allOrFirstError(Array.from({ length: lanes }, worker), (error) => controller.abort(error));
  } finally {
    release();
  }
  how.check(pieces);
}

function bytesOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { first, end }) => sum + end - first, 0);
}

/** Ranges of one piece each. An empty object has one empty range, which needs no request. */
function cut(plan: ReadPlan, how: Verification): readonly Range[] {
  const size = plan.ranges ? (how.pieceSize ?? plan.size) : plan.size;
  const count = Math.max(1, Math.ceil(plan.size / Math.max(1, size)));
  return Array.from({ length: count }, (_, number) => {
    const first = number * size;
    return { number, first, size: Math.min(size, plan.size - first) };
  });
}

/** An attempt at a range that got so many bytes further was no failure: a bad line is no reason to give up. */
const NOTEWORTHY = 1024 * 1024;

async function fetchPiece(
  context: TransferContext,
  plans: ReadPlanCache,
  range: Range,
  { algorithm }: Verification,
  target: Target,
  before: number,
): Promise<Piece> {
  const { ledger } = context;
  let confirmed = 0;
  ledger.moved(range.number, before);
  const hasher = await fetchRange(
    context,
    plans,
    {
      target,
      onWritten: async (bytes) => {
        await target.keep(range.first + bytes, range.first);
        if (bytes - confirmed < NOTEWORTHY) return;
        ledger.confirm(range.number, bytes - confirmed);
        confirmed = bytes;
      },
      onRestart: () => {
        ledger.failed(range.number);
        ledger.unconfirm(confirmed);
        confirmed = 0;
      },
      hasher: async (already) => {
        if (algorithm === null) return null;
        const made = makeHasher(context.ports.hash, algorithm);
        await hashKept(context, target, range.first, already, (bytes) => made.update(bytes));
        return made;
      },
    },
    range,
    before,
  );
  ledger.confirm(range.number, range.size - confirmed);
  return { digest: hasher === null ? '' : toBase64(hasher.digest()), size: range.size };
}

async function hashKept(
  context: TransferContext,
  target: Target,
  first: number,
  count: number,
  update: (bytes: Uint8Array) => void,
): Promise<void> {
  const buffer = context.buffers.take(context.limits.sliceSize);
  try {
    for (let at = 0; at < count; ) {
      throwIfStopped(context.signal);
      const bytes = buffer.subarray(0, Math.min(buffer.length, count - at));
      const got = await target.read(first + at, bytes);
      if (got === 0) throw new TransferError('digest-mismatch', 'an earlier attempt left less than it noted');
      update(bytes.subarray(0, got));
      at += got;
    }
  } finally {
    context.buffers.give(buffer);
  }
}
