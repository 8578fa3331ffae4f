import { createReadStream } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Move } from '../types.ts';
import { BUCKET, PREFIX, s3Access } from './access.ts';

/** `Upload` of a file stream with its defaults: parts of 5 MiB, four at once, CRC32. */
export function libStorageUpload(origin: string): Move {
  const client = new S3Client(s3Access(origin));
  return async ({ path, object }) => {
    const params = { Bucket: BUCKET, Key: `${PREFIX}/sent-${object}`, Body: createReadStream(path) };
    await new Upload({ client, params }).done();
  };
}
