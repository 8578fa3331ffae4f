export { createRuntime, download, TransferError, upload } from '@mesibo-files/handler-core';
export { S3FileTransferHandler } from './handler.ts';
export type { S3Checksum, S3Credentials, S3Encryption, S3Options } from './options.ts';
export { s3Signer } from './signer.ts';
