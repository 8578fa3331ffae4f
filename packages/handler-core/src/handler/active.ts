import type { MesiboFileTransfer } from '../contract/file-transfer.ts';
import type { Progress } from '../engine/ledger.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { Stopping, type StopSignal } from '../runtime/stopping.ts';

/**
 * One start of one transfer: what the handler keeps in the transfer's context. It reports at most one result, nothing
 * after it, and nothing after a stop.
 */
export class ActiveTransfer {
  readonly #file: MesiboFileTransfer;
  readonly #stopping = new Stopping();
  #over = false;
  #percent = 0;
  /** Resolves when nothing of the transfer happens any more. */
  done: Promise<void> = Promise.resolve();

  constructor(file: MesiboFileTransfer) {
    this.#file = file;
  }

  get signal(): StopSignal {
    return this.#stopping;
  }

  get over(): boolean {
    return this.#over;
  }

  stop(): void {
    this.#over = true;
    this.#stopping.abort(new TransferError('stopped', 'the transfer was stopped'));
  }

  readonly progress = ({ percent }: Progress): void => {
    if (this.#over || percent <= this.#percent) return;
    this.#percent = percent;
    quietly(() => this.#file.setProgress(percent));
  };

  /** Reports the result; false when there is nobody to report to any more. */
  result(success: boolean, url?: string): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#file.setFileTransferContext(null);
    quietly(() => (url === undefined ? this.#file.setResult(success) : this.#file.setResult(success, url)));
    return true;
  }
}

/** What the app does with a report, and any fault of it, is the app's own. */
export function quietly(call: () => void): void {
  try {
    call();
  } catch {
    // A listener that throws must not end a transfer.
  }
}
