import { type FileTransferHandler, TransferError } from '@mesibo-files/handler-core';
import type { Transfer } from './transfer.ts';

/** Asks one handler to start. Only `true` is a yes: a handler that throws or answers anything else has not started. */
export function asks(
  handler: FileTransferHandler,
  transfer: Transfer,
  onError: (error: unknown) => void,
): boolean {
  try {
    const answer: unknown = handler.Mesibo_onStartFileTransfer(transfer);
    if (typeof answer !== 'boolean') onError(noBoolean('Mesibo_onStartFileTransfer', answer));
    return answer === true;
  } catch (error) {
    onError(error);
    return false;
  }
}

/** Tells the handler that started it to stop. The transfer is over for mesibo whatever it answers. */
export function stops(
  handler: FileTransferHandler,
  transfer: Transfer,
  onError: (error: unknown) => void,
): void {
  try {
    const answer: unknown = handler.Mesibo_onStopFileTransfer(transfer);
    if (typeof answer !== 'boolean') onError(noBoolean('Mesibo_onStopFileTransfer', answer));
  } catch (error) {
    onError(error);
  }
}

function noBoolean(method: string, answer: unknown): TransferError {
  const what = answer instanceof Promise ? 'a promise' : typeof answer;
  return new TransferError('invalid-argument', `${method} must answer a boolean, and answered ${what}`, {
    hint: 'Answer true at once, work on, and report with setResult when it is done.',
  });
}
