import type { TransferError } from '../errors/transfer-error.ts';

/** Which transfer an event is about. Never carries a signed URL or a ticket. */
export interface TransferLabel {
  readonly direction: 'upload' | 'download';
  /** Path of the file on the device. */
  readonly path: string;
  readonly mid: bigint;
  readonly source: number;
}

/** What happened, for logs and for people who want to know why. */
export type TransferEvent =
  | {
      readonly type: 'queued' | 'started' | 'stopped' | 'discarded' | 'joined';
      readonly transfer: TransferLabel;
    }
  | { readonly type: 'deferred'; readonly transfer: TransferLabel; readonly reason: string }
  | { readonly type: 'resumed'; readonly transfer: TransferLabel; readonly bytes: number }
  | {
      readonly type: 'retrying';
      readonly transfer: TransferLabel;
      readonly error: TransferError;
      readonly delay: number;
    }
  /** The journal can't be read or written: the transfer goes on, and a later start may not be able to continue it. */
  | { readonly type: 'journal-failed'; readonly transfer: TransferLabel; readonly error: TransferError }
  | {
      readonly type: 'finished';
      readonly transfer: TransferLabel;
      readonly bytes: number;
      readonly url: string;
    }
  | { readonly type: 'failed'; readonly transfer: TransferLabel; readonly error: TransferError };
