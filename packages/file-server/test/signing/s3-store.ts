import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type MultipartUpload,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { StoreInspection } from '@mesibo-files/conformance';
import type { Signer } from '@mesibo-files/handler-core';
import { MIB } from '@mesibo-files/handler-core/provider';
import { s3Signer } from '@mesibo-files/handler-s3';
import { SMALL_PART, smallPartsSigner } from '@mesibo-files/handler-s3/small-parts';
import type { S3Connection } from '@mesibo-files/local-cloud';
import type { RemoteStore, StoreChanges } from './remote-harness.ts';

/** A local S3, and Amazon's own client to look behind the server. Small parts it must be told to take. */
export function s3Store(
  { endpoint, region, bucket, ...credentials }: S3Connection,
  smallParts = false,
): RemoteStore {
  const [makeSigner, partSize] = smallParts ? [smallPartsSigner, SMALL_PART] : [s3Signer, 5 * MIB];
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  return {
    signer: ({ fault, clockOffset = 0, ...changes }: StoreChanges): Signer =>
      makeSigner({
        endpoint,
        region,
        bucket: fault === 'missingBucket' ? `${bucket}-missing` : bucket,
        credentials:
          fault === 'wrongCredentials' ? { ...credentials, secretAccessKey: 'not-the-secret' } : credentials,
        checksum: 'crc32',
        partSize,
        ...changes,
        clock: { now: () => Date.now() + clockOffset },
      }),
    inspect: (prefix) => inspection(client, bucket, `${prefix}/`),
    sizes: { onePart: partSize, manyParts: 2 * partSize },
    secrets: [credentials.secretAccessKey],
  };
}

function inspection(client: S3Client, Bucket: string, Prefix: string): StoreInspection {
  const uploads = async (): Promise<readonly MultipartUpload[]> =>
    (await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }))).Uploads ?? [];
  return {
    keys: async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.map(({ Key }) => Key ?? '');
    },
    bytes: async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    facts: async (Key) => {
      const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
      return {
        size: head.ContentLength ?? -1,
        contentType: head.ContentType ?? '',
        contentDisposition: head.ContentDisposition ?? null,
        metadata: head.Metadata ?? {},
      };
    },
    put: async (Key, Body) => void (await client.send(new PutObjectCommand({ Bucket, Key, Body }))),
    remove: async (Key) => void (await client.send(new DeleteObjectCommand({ Bucket, Key }))),
    unfinished: async () => (await uploads()).length,
    dropUnfinished: async () => {
      for (const { Key, UploadId } of await uploads()) {
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      }
    },
  };
}
