import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Connection } from '../src/index.ts';

/** The official client for a connection, without retries. */
export const clientFor = (s3: S3Connection, more: S3ClientConfig = {}): S3Client =>
  new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
    ...more,
  });

/** Name and status of the error a call ends in. */
export const refusal = async (
  call: Promise<unknown>,
): Promise<{ name: string; status: number | undefined }> => {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return { name, status: $metadata?.httpStatusCode };
  }
  return { name: 'none', status: 200 };
};
