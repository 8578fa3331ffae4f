import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransferError } from '@mesibo-files/handler-core';
import { reportError } from './report.ts';

/** Folders for one run, which are gone afterwards, and a signal that Ctrl-C aborts. */
export interface Workspace {
  readonly folder: string;
  /** For files that the demo makes. */
  readonly sent: string;
  /** For files that Bob receives. */
  readonly received: string;
  readonly signal: AbortSignal;
  /** Runs this when all is over; what was added last runs first. */
  atEnd(task: () => Promise<void>): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a task that says whether all went well, cleans up whatever happens, and answers the exit code. */
export async function withWorkspace(task: (workspace: Workspace) => Promise<boolean>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mesibo-files-demo-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  const stop = new AbortController();
  let interrupted = 0;
  const interrupt = (signal: (typeof SIGNALS)[number]): void => {
    interrupted ||= 128 + constants.signals[signal];
    stop.abort(
      new TransferError('stopped', 'Interrupted', { hint: 'Nothing is left of it on this machine.' }),
    );
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  const endings: (() => Promise<void>)[] = [];
  try {
    const [sent, received] = [join(folder, 'sent'), join(folder, 'received')];
    for (const each of [sent, received]) mkdirSync(each);
    const workspace: Workspace = {
      folder,
      sent,
      received,
      signal: stop.signal,
      atEnd: (ending) => void endings.unshift(ending),
    };
    const well = await task(workspace);
    return interrupted || (well ? 0 : 1);
  } catch (error) {
    reportError(stop.signal.aborted ? stop.signal.reason : error);
    return interrupted || 1;
  } finally {
    for (const ending of endings) await ending();
    remove();
    process.off('exit', remove);
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
