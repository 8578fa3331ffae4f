import { TransferError } from '@mesibo-files/handler-core';

/** mesibo's documents know delegation for uploads only. */
export function delegatedDownload(): TransferError {
  return new TransferError('unsupported', 'A download can not be handed back to mesibo with file.start()', {
    hint: 'Download in the handler, and report with setProgress and setResult.',
  });
}

export function delegatedTwice(): TransferError {
  return new TransferError('invalid-argument', 'file.start() was called twice for one transfer', {
    hint: 'Call it once; mesibo reports progress and result from then on.',
  });
}

export function noHandlerError(): TransferError {
  return new TransferError('unsupported', 'Nobody can move the file: there is no handler and no upload URL', {
    hint: 'Give addListener() a file transfer handler, or call setUploadUrl(), before files are sent.',
  });
}
