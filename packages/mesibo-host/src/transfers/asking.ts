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

/**
 * Gives a transfer up for good. A handler of handler-core has `discard` for it, which stops an upload and removes what the
 * store holds of it; any other is told to stop, if it runs.
 */
export function discards(
  handler: FileTransferHandler,
  transfer: Transfer,
  running: boolean,
  onError: (error: unknown) => void,
): void {
  if (transfer.upload && canDiscard(handler)) {
    try {
      Promise.resolve(handler.discard(transfer)).catch(onError);
    } catch (error) {
      onError(error);
    }
  } else if (running) stops(handler, transfer, onError);
}

function canDiscard(
  handler: FileTransferHandler,
): handler is FileTransferHandler & { discard(file: Transfer): unknown } {
  return 'discard' in handler && typeof handler.discard === 'function';
}

function noBoolean(method: string, answer: unknown): TransferError {
  const what = answer instanceof Promise ? 'a promise' : typeof answer;
  return new TransferError('invalid-argument', `${method} must answer a boolean, and answered ${what}`, {
    hint: 'Answer true at once, work on, and report with setResult when it is done.',
  });
}
