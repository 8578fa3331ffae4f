export { createRuntime, download, TransferError, upload } from '@mesibo-files/handler-core';
export { type BrowserFiles, browserFiles } from '@mesibo-files/handler-core/browser';
export { RemoteFileTransferHandler } from './handler.ts';
export type { RemoteOptions } from './options.ts';
export { remoteSigner } from './signer.ts';
