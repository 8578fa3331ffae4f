import { FILESOURCE, type MesiboFileTransfer, ORIGIN } from '@mesibo-files/handler-core';
import { check } from '../check/check.ts';

/** What a handler reported. */
export type Report =
  | { readonly kind: 'progress'; readonly percent: number }
  | { readonly kind: 'result'; readonly success: boolean; readonly url: string | null };

/** What a case says of a transfer; the rest is made up. */
export type TransferFields = Pick<MesiboFileTransfer, 'upload'> &
  Partial<Pick<MesiboFileTransfer, 'priority' | 'mid' | 'source' | 'origin' | 'secure' | 'imageIndex'>> & {
    readonly path: string;
    readonly url?: string;
  };

/** mesibo's side of one transfer: it writes down every report, and judges none. */
export class RecordedTransfer implements MesiboFileTransfer {
  readonly upload: boolean;
  readonly priority: number;
  readonly mid: bigint;
  readonly ts: number = 1_700_000_000_000;
  readonly origin: MesiboFileTransfer['origin'];
  readonly source: number;
  readonly imageIndex: number;
  readonly secure: boolean;
  readonly externalLink: boolean = false;
  readonly notifyProgress: boolean = true;
  progress: number = 0;
  inProgress: boolean = false;
  result: boolean = false;
  readonly reports: Report[] = [];
  readonly #path: string;
  readonly #url: string | null;
  #context: unknown = null;
  #onReport: (report: Report) => void = () => {};

  constructor(fields: TransferFields) {
    this.upload = fields.upload;
    this.priority = fields.priority ?? 1;
    this.mid = fields.mid ?? 77n;
    this.origin = fields.origin ?? ORIGIN.REALTIME;
    this.source = fields.source ?? FILESOURCE.MESSAGE;
    this.imageIndex = fields.imageIndex ?? 0;
    this.secure = fields.secure ?? false;
    this.#path = fields.path;
    this.#url = fields.url ?? null;
  }

  /** Calls back at every report from now on, before it is judged. */
  whenReported(callback: (report: Report) => void): void {
    this.#onReport = callback;
  }

  getPath(): string {
    return this.#path;
  }

  getUrl(): string | null {
    return this.#url;
  }

  getUserObject(): unknown {
    return null;
  }

  getLocalIdentifier(): string | null {
    return null;
  }

  getPHAsset(): unknown {
    return null;
  }

  start(): void {
    check(false, 'the handler does the transfer by itself');
  }

  cancel(): void {}

  setProgress(percent: number): void {
    this.#report({ kind: 'progress', percent });
  }

  setResult(success: boolean, url: string | null = null): void {
    this.#report({ kind: 'result', success, url });
  }

  setFileTransferContext(context: unknown): void {
    this.#context = context;
  }

  getFileTransferContext(): unknown {
    return this.#context;
  }

  #report(report: Report): void {
    this.reports.push(report);
    this.#onReport(report);
  }
}
