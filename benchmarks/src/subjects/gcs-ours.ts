import { download, upload } from '@mesibo-files/handler-core';
import type { GcsUpload } from '@mesibo-files/handler-gcs';
import type { Move } from '../types.ts';
import { BUCKET, PREFIX } from './access.ts';
import { gcsAccess } from './gcs-access.ts';

/** `upload()` with its defaults: CRC32C of the whole, in parts of every part too, compared by the store or at commit. */
export function gcsUpload(origin: string, way: GcsUpload): Move {
  const signer = gcsAccess(origin, way);
  return async ({ path, size }) => {
    const stored = await upload({ signer, from: path });
    if (stored.size !== size) throw new Error(`${stored.size} bytes were stored, not ${size}`);
    if (stored.integrity.kind !== 'whole') throw new Error('the store states no digest');
  };
}

/** `download()` with its defaults: CRC32C of the whole compared, flushed to the disk, renamed into place. */
export function gcsDownload(origin: string): Move {
  const signer = gcsAccess(origin, 'session');
  return async ({ path, object, size }) => {
    const url = `${origin}/${BUCKET}/${PREFIX}/${object}`;
    const file = await download({ signers: [signer], url, to: path });
    if (file.size !== size) throw new Error(`${file.size} bytes came, not ${size}`);
    if (file.integrity.kind !== 'whole') throw new Error('the download was not verified');
  };
}
