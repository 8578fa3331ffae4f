import { toBase64 } from '../../digest/base64.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { Target } from '../../ports/files.ts';
import type { ReadPlan } from '../../signer/signer.ts';
import type { TransferContext } from '../context.ts';
import { allOrFirstError, childOf, throwIfStopped } from '../time.ts';
import { makeHasher } from '../upload/digesting.ts';
import { checkRoom, checkSize, rangeSizeFor } from './bounds.ts';
import type { DownloadJob } from './job.ts';
import { fetchRange, type Range } from './range.ts';
import { ReadDesk } from './read-desk.ts';
import { type Piece, type Verification, verification } from './verifier.ts';
import { Watermark } from './watermark.ts';

/** Downloads a file: verified, flushed, then in its place; or not there at all. */
export async function runDownload(context: TransferContext, job: DownloadJob): Promise<ReadPlan> {
  const desk = await ReadDesk.open(context, job.signer, job.url);
  try {
    return await attempt(context, job, desk);
  } catch (error) {
    // A byte was damaged on the way, or in what an earlier attempt left: once more, from the first byte.
    if (!TransferError.is(error) || error.code !== 'digest-mismatch') throw error;
    context.ledger.restart();
    context.onRetry(error, 0);
    return attempt(context, job, desk);
  }
}

async function attempt(context: TransferContext, job: DownloadJob, desk: ReadDesk): Promise<ReadPlan> {
  const { plan } = desk;
  checkSize(plan.size, context.limits.maxDownloadSize);
  context.ledger.setTotal(plan.size);
  const resumeKey = plan.ranges && plan.version !== null ? `${job.url} ${plan.version} ${plan.size}` : null;
  const target = await context.ports.files.openTarget(job.path, resumeKey);
  const kept = Math.min(target.kept, plan.size);
  if (kept > 0) job.onResumed(kept);
  try {
    await checkRoom(context.ports.files, job.path, plan.size - kept);
    await fetchAll(context, desk, target, kept);
    throwIfStopped(context.signal);
    await target.commit(job.finalPath());
    context.ledger.finish(plan.size);
    return plan;
  } catch (error) {
    const wrong =
      TransferError.is(error) && (error.code === 'digest-mismatch' || error.code === 'object-changed');
    await target.close(!wrong).catch(() => undefined);
    throw error;
  }
}

async function fetchAll(outer: TransferContext, desk: ReadDesk, target: Target, kept: number): Promise<void> {
  const { plan } = desk;
  const how = verification(outer.ports.hash, plan.integrity, rangeSizeFor(plan.size, outer.limits.rangeSize));
  const ranges = cut(plan, how);
  const pieces: Piece[] = [];
  const { controller, release } = childOf(outer.signal);
  const context = { ...outer, signal: controller.signal };
  const watermark = new Watermark(target, kept);
  const waiting = ranges[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const range of waiting) {
      throwIfStopped(context.signal);
      pieces[range.number] = await fetchPiece(context, desk, range, how, { target, kept, watermark });
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

/** Where the bytes of a download are kept, and how many an earlier attempt left. */
interface Kept {
  readonly target: Target;
  readonly kept: number;
  readonly watermark: Watermark;
}

async function fetchPiece(
  context: TransferContext,
  desk: ReadDesk,
  range: Range,
  { algorithm }: Verification,
  { target, kept, watermark }: Kept,
): Promise<Piece> {
  const { ledger } = context;
  const before = Math.max(0, Math.min(range.size, kept - range.first));
  let confirmed = 0;
  ledger.moved(range.number, before);
  const hasher = await fetchRange(
    context,
    desk,
    {
      target,
      onWritten: async (bytes) => {
        await watermark.note(range.first, range.first + bytes);
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
