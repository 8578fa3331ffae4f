import { download, upload } from '@mesibo-files/handler-core';
import type { Move } from '../types.ts';
import { PREFIX } from './access.ts';
import { azureAccess, azureContainer } from './azure-access.ts';

type Digest = 'crc64' | 'md5';

/** `upload()` with its defaults: a digest of every block, compared by the store, and of the whole in the metadata. */
export function azureUpload(origin: string, checksum: Digest): Move {
  const signer = azureAccess(origin, checksum);
  return async ({ path, size }) => {
    const stored = await upload({ signer, from: path });
    if (stored.size !== size) throw new Error(`${stored.size} bytes were stored, not ${size}`);
    if (stored.integrity.kind === 'none') throw new Error('no digest was stored');
  };
}

/** `download()` with its defaults: the digest of the metadata compared, flushed to the disk, renamed into place. */
export function azureDownload(origin: string, checksum: Digest): Move {
  const signer = azureAccess(origin, checksum);
  const folder = checksum === 'md5' ? `${PREFIX}/md5` : PREFIX;
  const kind = checksum === 'md5' ? 'pieces' : 'whole';
  return async ({ path, object, size }) => {
    const url = `${azureContainer(origin)}/${folder}/${object}`;
    const file = await download({ signers: [signer], url, to: path });
    if (file.size !== size) throw new Error(`${file.size} bytes came, not ${size}`);
    if (file.integrity.kind !== kind) throw new Error('the download was not verified');
  };
}
