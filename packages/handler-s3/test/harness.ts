import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type MultipartUpload,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  type HandlerBench,
  type HandlerHarness,
  plainHttp,
  type SignerOverrides,
  type StoreInspection,
} from '@mesibo-files/conformance';
import { SignedFileTransferHandler } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import { MIB } from '@mesibo-files/handler-core/provider';
import { type S3Checksum, S3FileTransferHandler, type S3Options, s3Signer } from '../src/index.ts';
import { SMALL_PART, smallPartsSigner } from './small-parts.ts';

/** Where a store is, and how it likes its requests. */
export interface S3TestStore {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly checksum: S3Checksum;
  /** Parts of `SMALL_PART`, which the store must take. Default: of 5 MiB, as Amazon's least. */
  readonly smallParts?: boolean;
  /** The store's clock, where tests can move it; the signers go by it, too. Default: the system's. */
  readonly clock?: { readonly now: () => number; readonly advance: (milliseconds: number) => void };
  readonly faults?: (prefix: string) => HandlerBench['faults'];
}

/** Keeps the prefixes of this run apart from those of earlier runs on the same store. */
const run = randomBytes(4).toString('hex');
let benches = 0;

/** A harness whose benches say what their signer is made of. */
export interface S3Harness extends HandlerHarness {
  open(): Promise<HandlerBench & { readonly options: S3Options }>;
}

/** The suite's harness for any S3 store: a fresh prefix a case, and Amazon's own client to look behind the signer. */
export function s3Harness(name: string, store: () => Promise<S3TestStore>): S3Harness {
  let inspector: Promise<S3Client> | undefined;
  return {
    name,
    async open() {
      const {
        clock,
        faults,
        checksum,
        bucket,
        endpoint,
        region,
        smallParts = false,
        ...credentials
      } = await store();
      const [makeSigner, partSize] = smallParts ? [smallPartsSigner, SMALL_PART] : [s3Signer, 5 * MIB];
      inspector ??= openInspector({ endpoint, region, bucket, ...credentials });
      const client = await inspector;
      const now = clock?.now ?? Date.now;
      const prefix = `bench-${run}-${benches++}`;
      const options = {
        bucket,
        endpoint,
        region,
        credentials,
        checksum,
        prefix,
        partSize,
      } satisfies S3Options;
      const fault: Readonly<Record<keyof HandlerBench['broken'], S3Options>> = {
        wrongCredentials: {
          ...options,
          credentials: { ...credentials, secretAccessKey: 'not-the-secret-of-this-key' },
        },
        missingBucket: { ...options, bucket: `${bucket}-missing` },
      };
      const withOverrides = ({ clockOffset = 0, ...overrides }: SignerOverrides): S3Options => ({
        ...options,
        ...overrides,
        clock: { now: () => now() + clockOffset },
      });
      const signerWith: HandlerBench['signerWith'] = (overrides) => makeSigner(withOverrides(overrides));
      const proxied = faults?.(prefix);
      return {
        signer: signerWith({}),
        signerWith,
        broken: {
          wrongCredentials: () => makeSigner(fault.wrongCredentials),
          missingBucket: () => makeSigner(fault.missingBucket),
        },
        handler: (handlerOptions, { fault: kind, ...overrides } = {}) => {
          const made = kind ? fault[kind] : withOverrides(overrides);
          return smallParts
            ? new SignedFileTransferHandler({ ...handlerOptions, signer: makeSigner(made) })
            : new S3FileTransferHandler({ ...handlerOptions, ...made });
        },
        http: plainHttp(),
        transport: nodeHttp(),
        patience: 800,
        ...(proxied ? { faults: proxied } : {}),
        ...(clock ? { advance: clock.advance } : {}),
        store: inspection(client, bucket, `${prefix}/`),
        sizes: { onePart: partSize, manyParts: 2 * partSize },
        secrets: [credentials.secretAccessKey],
        close: async () => {},
        options,
      };
    },
  };
}

/** Amazon's own client, with a bucket that is there. */
async function openInspector(
  store: Pick<S3TestStore, 'endpoint' | 'region' | 'bucket' | 'accessKeyId' | 'secretAccessKey'>,
): Promise<S3Client> {
  const { bucket, endpoint, region, ...credentials } = store;
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket })).catch(() => undefined);
  return client;
}

function inspection(client: S3Client, Bucket: string, Prefix: string): StoreInspection {
  const uploads = async (): Promise<readonly MultipartUpload[]> =>
    (await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }))).Uploads ?? [];
  return {
    keys: async () =>
      ((await client.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(
        ({ Key }) => Key ?? '',
      ),
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
