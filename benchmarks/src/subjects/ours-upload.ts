import { upload } from '@mesibo-files/handler-core';
import { s3Signer } from '@mesibo-files/handler-s3';
import type { Move } from '../types.ts';
import { BUCKET, PREFIX, s3Access } from './access.ts';

/** `upload()` with its defaults: CRC32 of every part and of the whole, committed and compared with the store's list. */
export function oursUpload(origin: string): Move {
  const signer = s3Signer({ bucket: BUCKET, prefix: PREFIX, checksum: 'crc32', ...s3Access(origin) });
  return async ({ path, size }) => {
    const stored = await upload({ signer, from: path });
    if (stored.size !== size) throw new Error(`${stored.size} bytes were stored, not ${size}`);
  };
}
