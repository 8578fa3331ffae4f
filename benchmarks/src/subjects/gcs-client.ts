import type { Move } from '../types.ts';
import { PREFIX } from './access.ts';
import { gcsBucket } from './gcs-access.ts';

/** `bucket.upload` with its defaults: a resumable upload in one request, its CRC32C compared with the answer's. */
export function gcsClientUpload(origin: string): Move {
  const bucket = gcsBucket(origin);
  return async ({ path, object, size }) => {
    const [file] = await bucket.upload(path, { destination: `${PREFIX}/sent-${object}` });
    if (Number(file.metadata.size) !== size) throw new Error(`${file.metadata.size} bytes were stored`);
  };
}

/** `file.download` with its defaults: the CRC32C is compared with the header's, nothing is flushed. */
export function gcsClientDownload(origin: string): Move {
  const bucket = gcsBucket(origin);
  return async ({ path, object }) => {
    await bucket.file(`${PREFIX}/${object}`).download({ destination: path });
  };
}
