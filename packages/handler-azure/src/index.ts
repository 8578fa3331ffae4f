export { AzureFileTransferHandler } from './handler.ts';
export type {
  AzureAccountKey,
  AzureChecksum,
  AzureCredentials,
  AzureOptions,
  AzureTokenCredential,
} from './options.ts';
export { azureSigner } from './signer.ts';
