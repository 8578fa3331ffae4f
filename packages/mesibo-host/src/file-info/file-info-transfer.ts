import { type MesiboFileTransfer, type Mid, type Origin, TransferError } from '@mesibo-files/handler-core';
import { MODE, STATUS } from './constants.ts';
import type { FileInfo } from './file-info.ts';
import { currentOrigin, currentSource } from './mapping.ts';
import { cancelRun, updateFileTransferProgress } from './runs.ts';

/** One start of a FileInfo, as a handler of today's generation sees it. What it reports after its end is ignored. */
export class FileInfoTransfer implements MesiboFileTransfer {
  readonly #file: FileInfo;
  #over = false;
  #result = false;
  #context: unknown = null;

  constructor(file: FileInfo) {
    this.#file = file;
  }

  get upload(): boolean {
    return this.#file.mode === MODE.UPLOAD;
  }
  get priority(): number {
    return this.#file.userInteraction ? 1 : 0;
  }
  get mid(): Mid {
    return this.#file.mid;
  }
  get ts(): number {
    return this.#file.getParams().ts;
  }
  get origin(): Origin {
    return currentOrigin(this.#file.getParams().origin);
  }
  get source(): number {
    return currentSource(this.#file.source);
  }
  /** Always 0: a FileInfo knows one picture. */
  get imageIndex(): number {
    return 0;
  }
  get secure(): boolean {
    return this.#file.secure;
  }
  get externalLink(): boolean {
    return this.#file.externalLink;
  }
  get notifyProgress(): boolean {
    return true;
  }
  get progress(): number {
    return Math.max(0, this.#file.getProgress());
  }
  get inProgress(): boolean {
    return !this.#over;
  }
  get result(): boolean {
    return this.#result;
  }

  getPath(): string {
    return this.#file.getPath();
  }
  getUrl(): string | null {
    return this.upload ? null : this.#file.getUrl();
  }
  getUserObject(): unknown {
    return this.#file.getData();
  }
  getLocalIdentifier(): string | null {
    return this.#file.localIdentifier;
  }
  getPHAsset(): unknown {
    return this.#file.asset;
  }

  /** @throws `unsupported`, always: the FileInfo generation has nothing to hand a transfer back to */
  start(): void {
    throw new TransferError('unsupported', 'the FileInfo generation knows no file.start(url, post)', {
      hint: 'Move the file in the handler, and report with setProgress and setResult.',
    });
  }
  cancel(retryLater: boolean): void {
    if (this.#over) return;
    this.#over = true;
    cancelRun(this.#file, retryLater);
  }
  /** 100 would be the end there; that is {@link setResult}'s to say. */
  setProgress(percent: number): void {
    if (!this.#over) updateFileTransferProgress(this.#file, Math.min(percent, 99), STATUS.INPROGRESS);
  }
  setResult(success: boolean, url?: string | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#result = success === true;
    if (this.#result && this.upload) this.#file.setUrl(url ?? null);
    if (this.#result) updateFileTransferProgress(this.#file, 100, STATUS.INPROGRESS);
    else updateFileTransferProgress(this.#file, -1, STATUS.FAILED);
  }

  setFileTransferContext(context: unknown): void {
    this.#context = context;
  }
  getFileTransferContext(): unknown {
    return this.#context;
  }

  /** It was stopped, or not begun: nothing that is still reported counts. */
  end(): void {
    this.#over = true;
  }
}
