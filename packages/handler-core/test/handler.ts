import type { SignedHandlerOptions } from '../src/handler/options.ts';
import { SignedFileTransferHandler, type TransferError } from '../src/index.ts';
import { type Bench, bytesOf } from './bench.ts';
import type { TestTransfer } from './transfer.ts';

/** What the handler's tests send. */
export const bytes: Uint8Array = bytesOf(60);

/** A handler on a bench, with the file `/in.bin` on the device. */
export interface TestHandler {
  readonly handler: SignedFileTransferHandler;
  readonly start: (file: TestTransfer) => boolean;
  readonly stop: (file: TestTransfer) => boolean;
  /** What `onError` was told, unless `more` has another. */
  readonly errors: TransferError[];
}

export function handlerOf(b: Bench, more: Partial<SignedHandlerOptions> = {}): TestHandler {
  const errors: TransferError[] = [];
  b.files.files.set('/in.bin', bytes);
  const handler = new SignedFileTransferHandler({
    signer: b.signer,
    runtime: b.runtime,
    onError: (error) => errors.push(error),
    ...more,
  });
  const start = (file: TestTransfer): boolean => handler.Mesibo_onStartFileTransfer(file);
  const stop = (file: TestTransfer): boolean => handler.Mesibo_onStopFileTransfer(file);
  return { handler, start, stop, errors };
}

/** The results that were reported of a transfer. */
export function results(file: TestTransfer): string[] {
  return file.reported.filter((each) => /true|false/.test(each));
}
