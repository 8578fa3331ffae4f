import type { MesiboFileTransfer } from '@mesibo-files/handler-core';
import { MODE, STATUS, type Status } from './constants.ts';
import type { FileInfoHandler } from './contract.ts';
import type { FileInfo } from './file-info.ts';

/** A FileInfo that a handler moves, for all those transfers of today's generation that want it. */
interface Run {
  readonly handler: FileInfoHandler;
  readonly transfers: Set<MesiboFileTransfer>;
  /** What the handler reports before its start has answered counts only if the answer is yes. */
  early: (readonly [number, Status])[] | null;
  readonly onError: (error: unknown) => void;
}

const runs = new WeakMap<FileInfo, Run>();
const bridged = new WeakSet<MesiboFileTransfer>();

/** Whether a handler of the FileInfo generation was asked for this transfer. */
export function isBridged(transfer: MesiboFileTransfer): boolean {
  return bridged.has(transfer);
}

/** Asks the handler to move the file for this transfer; a transfer of the same file that runs already is joined. */
export function startRun(
  file: FileInfo,
  transfer: MesiboFileTransfer,
  handler: FileInfoHandler,
  onError: (error: unknown) => void,
): boolean {
  const running = runs.get(file);
  if (running !== undefined) {
    running.transfers.add(transfer);
    bridged.add(transfer);
    if (file.getProgress() > 0) transfer.setProgress(file.getProgress());
    return true;
  }
  // An upload's URL is what the handler says it is now: an earlier one, or an upload endpoint, is none.
  if (file.mode === MODE.UPLOAD) file.setUrl(null);
  const run: Run = { handler, transfers: new Set([transfer]), early: [], onError };
  runs.set(file, run);
  bridged.add(transfer);
  let answer = false;
  try {
    answer = handler.Mesibo_onStartFileTransfer(file);
  } finally {
    if (answer !== true && runs.get(file) === run) runs.delete(file);
  }
  if (answer === true) accept(file, run);
  return answer;
}

/** Takes a transfer out; the handler is stopped with the last. */
export function stopRun(file: FileInfo, transfer: MesiboFileTransfer): boolean {
  const run = runs.get(file);
  if (run === undefined || !run.transfers.delete(transfer) || run.transfers.size > 0) return true;
  runs.delete(file);
  try {
    return run.handler.Mesibo_onStopFileTransfer(file);
  } finally {
    tell(file, Math.max(0, file.getProgress()), STATUS.IDLE, run.onError);
  }
}

/**
 * What a handler of the FileInfo generation reports with: progress while `INPROGRESS`; 100 with `INPROGRESS`: it is
 * done, and an upload's `setUrl` was called before; `FAILED` or `RETRYLATER`, with -1: it failed. False, and nothing
 * happens: the file is not being moved, or the report means nothing.
 */
export function updateFileTransferProgress(file: FileInfo, progress: number, status: Status): boolean {
  const run = runs.get(file);
  if (run === undefined) return false;
  const failed = status === STATUS.FAILED || status === STATUS.RETRYLATER;
  if (!failed && (status !== STATUS.INPROGRESS || !(progress >= 0))) return false;
  if (run.early !== null) run.early.push([progress, status]);
  else if (failed) end(file, run, -1, status, (transfer) => transfer.setResult(false));
  else if (progress >= 100) succeed(file, run);
  else proceed(file, run, Math.floor(progress));
  return true;
}

/** Ends the transfer as `MesiboFileTransfer.cancel` does: today's generation has it, the other can't say it. */
export function cancelRun(file: FileInfo, retryLater: boolean): void {
  const run = runs.get(file);
  if (run === undefined) return;
  // At once, also before the start has answered: no later report may undo it.
  const status = retryLater ? STATUS.RETRYLATER : STATUS.FAILED;
  end(file, run, -1, status, (transfer) => transfer.cancel(retryLater));
}

/** Notes where a transfer stands, and tells the file's listeners, if that is news. */
export function tell(
  file: FileInfo,
  progress: number,
  status: Status,
  onError: (error: unknown) => void,
): void {
  if (!file.note(progress, status)) return;
  for (const listener of [...file.listeners]) {
    try {
      listener.Mesibo_onFileTransferProgress(file);
    } catch (error) {
      onError(error);
    }
  }
}

function accept(file: FileInfo, run: Run): void {
  const early = run.early ?? [];
  run.early = null;
  // It may have been cancelled meanwhile.
  if (runs.get(file) !== run) return;
  tell(file, 0, STATUS.INPROGRESS, run.onError);
  for (const [progress, status] of early) updateFileTransferProgress(file, progress, status);
}

function proceed(file: FileInfo, run: Run, progress: number): void {
  if (progress <= file.getProgress()) return;
  for (const transfer of [...run.transfers]) transfer.setProgress(progress);
  if (runs.get(file) === run) tell(file, progress, STATUS.INPROGRESS, run.onError);
}

function succeed(file: FileInfo, run: Run): void {
  if (file.mode === MODE.DOWNLOAD) {
    end(file, run, 100, STATUS.INPROGRESS, (transfer) => transfer.setResult(true));
    return;
  }
  const url = file.getUrl();
  if (url) end(file, run, 100, STATUS.INPROGRESS, (transfer) => transfer.setResult(true, url));
  else end(file, run, -1, STATUS.FAILED, (transfer) => transfer.setResult(false));
}

/** Everything that waits is told first, so that a listener finds it as it is. */
function end(
  file: FileInfo,
  run: Run,
  progress: number,
  status: Status,
  settle: (transfer: MesiboFileTransfer) => void,
): void {
  runs.delete(file);
  for (const transfer of [...run.transfers]) settle(transfer);
  tell(file, progress, status, run.onError);
}
