import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Move } from '../types.ts';
import { BUCKET, PREFIX, s3Access } from './access.ts';

/** `GetObject` with its defaults, piped to a file: the SDK verifies the CRC32, nothing is flushed. */
export function getObjectDownload(origin: string): Move {
  const client = new S3Client(s3Access(origin));
  return async ({ path, object }) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: `${PREFIX}/${object}` }));
    if (!(Body instanceof Readable)) throw new Error('the body is no stream');
    await pipeline(Body, createWriteStream(path));
  };
}
