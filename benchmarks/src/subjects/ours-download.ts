import { download } from '@mesibo-files/handler-core';
import { s3Signer } from '@mesibo-files/handler-s3';
import type { Move } from '../types.ts';
import { BUCKET, PREFIX, s3Access } from './access.ts';

/** `download()` with its defaults: CRC32 of the whole compared, flushed to the disk, renamed into place. */
export function oursDownload(origin: string): Move {
  const signer = s3Signer({ bucket: BUCKET, prefix: PREFIX, checksum: 'crc32', ...s3Access(origin) });
  return async ({ path, object, size }) => {
    const url = `${origin}/${BUCKET}/${PREFIX}/${object}`;
    const file = await download({ signers: [signer], url, to: path });
    if (file.size !== size) throw new Error(`${file.size} bytes came, not ${size}`);
    if (file.integrity.kind !== 'whole') throw new Error('the download was not verified');
  };
}
