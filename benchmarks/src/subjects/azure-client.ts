import type { Move } from '../types.ts';
import { azureBlob } from './azure-access.ts';

/** `uploadFile` with its defaults: blocks side by side, no digest. */
export function azureClientUpload(origin: string): Move {
  return async ({ path, object }) => {
    await azureBlob(origin, `sent-${object}`).uploadFile(path);
  };
}

/** `downloadToFile` with its defaults: one request, no digest, nothing is flushed. */
export function azureClientDownload(origin: string): Move {
  return async ({ path, object }) => {
    await azureBlob(origin, object).downloadToFile(path);
  };
}
