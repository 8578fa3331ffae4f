export { createRuntime, download, TransferError, upload } from '@mesibo-files/handler-core';
export { AzureFileTransferHandler } from './handler.ts';
export type { AzureChecksum, AzureOptions } from './options.ts';
export type { AzureAccountKey, AzureCredentials, AzureTokenCredential } from './presign/credentials.ts';
export { azureSigner } from './signer.ts';
