export { createRuntime, download, TransferError, upload } from '@mesibo-files/handler-core';
export { GcsFileTransferHandler } from './handler.ts';
export type { GcsChecksum, GcsCredentials, GcsOptions, GcsUpload } from './options.ts';
export { gcsSigner } from './signer.ts';
