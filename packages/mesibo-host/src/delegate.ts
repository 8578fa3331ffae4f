import { TransferError } from '@mesibo-files/handler-core';
import type { Attempt } from './attempt.ts';

/**
 * What `file.start(url, post)` does here: mesibo would upload by itself with that URL, and this host has no HTTP client
 * yet, so the transfer fails, and `onError` is told why. Downloads can't be delegated at all.
 */
export function refuseDelegation(attempt: Attempt, onError: (error: unknown) => void): void {
  if (attempt.ended) return;
  onError(
    new TransferError(
      'unsupported',
      'mesibo-host does not upload by itself: file.start(url, post) is refused',
      {
        hint: 'Move the file in the handler, and report with setProgress and setResult.',
      },
    ),
  );
  attempt.settle({ outcome: 'failed' });
}

/** mesibo would use its own server, or the upload URL; this host has neither. */
export function noHandlerError(): TransferError {
  return new TransferError('unsupported', 'No file transfer handler is registered: the transfer has failed', {
    hint: 'Give addListener() a handler before files are sent or received.',
  });
}
