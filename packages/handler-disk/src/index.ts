export { type DiskStore, diskStore } from './disk-store.ts';
export { newDiskSecret } from './keyring.ts';
export type { BaseUrl, DiskOptions, DiskSecret } from './options.ts';
