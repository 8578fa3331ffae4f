import { ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  type FaultProxy,
  type LocalCloud,
  type S3BucketOptions,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { vi } from 'vitest';
import type { CloudConfiguration } from '../src/configuration/store.ts';
import { type Examined, type ExamineOptions, examineStore } from './examine-store.ts';

/** A local S3 with a proxy in front that can do harm, and what is left in it afterwards. */
export interface S3World {
  readonly cloud: LocalCloud;
  readonly proxy: FaultProxy;
  /** Has doctor look at it. */
  readonly examine: (changes?: Partial<CloudConfiguration>, options?: ExamineOptions) => Promise<Examined>;
  /** Keys of objects, and of unfinished uploads. */
  readonly left: () => Promise<readonly string[]>;
  /** Moves the store's clock. */
  readonly shift: (milliseconds: number) => void;
  readonly stop: () => Promise<void>;
}

export const ORIGIN = 'https://app.example.com';

export const OPEN_TO_PAGES: S3BucketOptions = {
  name: 'acme-chat',
  cors: [
    {
      allowedOrigins: [ORIGIN],
      allowedMethods: ['GET', 'PUT'],
      allowedHeaders: ['*'],
      exposeHeaders: ['Content-Range', 'Retry-After', 'Date'],
    },
  ],
};

export async function s3World(bucket: S3BucketOptions = OPEN_TO_PAGES): Promise<S3World> {
  let off = 0;
  const shift = (milliseconds: number): void => {
    off += milliseconds;
  };
  const cloud = await startLocalCloud({ now: () => Date.now() + off, s3: { buckets: [bucket] } });
  const proxy = await startFaultProxy({ target: cloud.s3.endpoint });
  const { accessKeyId, secretAccessKey, region } = cloud.s3;
  useCredentials(accessKeyId, secretAccessKey);
  const client = new S3Client({
    endpoint: cloud.s3.endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  return {
    cloud,
    proxy,
    shift,
    examine: (changes = {}, options = {}) =>
      examineStore(
        { provider: 's3', bucket: bucket.name, region, endpoint: proxy.endpoint, ...changes },
        { origin: ORIGIN, passTime: shift, ...options },
      ),
    left: async () => {
      client.config.systemClockOffset = off;
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket.name }));
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }));
      return [...Contents, ...Uploads].map(({ Key }) => Key ?? '');
    },
    stop: async () => {
      client.destroy();
      await proxy.stop();
      await cloud.stop();
    },
  };
}

/** What the SDK finds in the environment. */
export function useCredentials(accessKeyId: string, secretAccessKey: string): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
}
