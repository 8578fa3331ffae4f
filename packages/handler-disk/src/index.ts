export { createRuntime, download, TransferError, upload } from '@mesibo-files/handler-core';
export { type DiskStore, diskStore } from './handler.ts';
export type { BaseUrl, DiskOptions, DiskSecret } from './options.ts';
export { newDiskSecret } from './presign/keyring.ts';
