import type { S3Client, StorageClass } from '@aws-sdk/client-s3';
import {
  type CacheControl,
  type Clock,
  type CommonSettings,
  commonSettings,
  DAY,
  GIB,
  isBaseUrl,
  isHeaderValue,
  isWhole,
  MIB,
  OptionChecks,
  type RandomPort,
  TIB,
} from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import { accessPointOf } from './format/access-point.ts';

/** Credentials as every AWS SDK takes them. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
  /** When temporary credentials end; nothing is signed for longer. */
  readonly expiration?: Date;
}

/** Which digest every request is bound to, and the store verifies as the bytes arrive. */
export type S3Checksum = 'crc32' | 'md5' | 'none';

/** How the store encrypts what it stores. With KMS an ETag is no MD5, so parts are then compared by size. */
export type S3Encryption =
  | { readonly type: 'AES256' }
  /** `keyId`: id, ARN or alias of the key. Default: the account's own key for S3. */
  | { readonly type: 'aws:kms'; readonly keyId?: string };

/** How long objects are locked: nobody removes or overwrites them. The bucket must have been made for it. */
export interface S3ObjectLock {
  /** `GOVERNANCE`: who has a special right may lift it. `COMPLIANCE`: nobody may. */
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Days from the beginning of the upload, from 1 to 36,500. */
  readonly days: number;
}

interface S3CommonOptions {
  /**
   * Name of the bucket, which must exist, or of an access point: its alias, or its ARN, as in
   * `arn:aws:s3:eu-west-1:123456789012:accesspoint/files`. No directory bucket (`--x-s3`).
   */
  readonly bucket: string;
  /** Folder in the bucket under which all keys are, as in `chat/files`. Empty for none. Default `mesibo`. */
  readonly prefix?: string;
  /**
   * Base URL under which the bucket's objects are served by a CDN, as in `https://files.example.com`: file URLs are
   * `<publicUrl>/<key>`. Downloads are signed for the bucket all the same. Default: the bucket's own URL.
   */
  readonly publicUrl?: string;
  /**
   * Endpoint of an S3-compatible store, as in `https://s3.example.com`. Default: `AWS_ENDPOINT_URL_S3` or
   * `AWS_ENDPOINT_URL` of the environment, else Amazon's. Must be given beside a `client` that has one.
   */
  readonly endpoint?: string;
  /** Whether the bucket's name stands in the path and not in the host. Default true with an endpoint, else false. */
  readonly forcePathStyle?: boolean;
  /** Requests go through Amazon's edge locations. The bucket must have it switched on. Default false. */
  readonly accelerate?: boolean;
  /** Requests go to Amazon's names that have IPv6 addresses too. Default false. */
  readonly dualStack?: boolean;
  /** The bucket's owner has whoever asks pay, and these credentials are to pay. Default false. */
  readonly requesterPays?: boolean;
  /** Tags of new objects, at most 10. The credentials need `s3:PutObjectTagging`. Default none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Locks new objects once they are committed. Not beside `checksum: 'none'`. Default: the bucket's own rule. */
  readonly objectLock?: S3ObjectLock;
  /** Storage class of new objects, as in `STANDARD_IA`. Default: the bucket's. */
  readonly storageClass?: StorageClass;
  /** Server-side encryption of new objects. Default: the bucket's. */
  readonly encryption?: S3Encryption;
  /**
   * The digest of every part. `crc32` costs least, and wants a store that knows `x-amz-checksum-crc32`. `md5` works
   * everywhere. With `none` only sizes are compared. Default `crc32` for Amazon, `md5` with an endpoint.
   */
  readonly checksum?: S3Checksum;
  /**
   * Whether the store honours `If-None-Match: *`. Default true; where it answers 501, as Swift does, the signer finds
   * that out and goes on without.
   */
  readonly conditionalWrites?: boolean;
  /**
   * Bytes of a part, from 5 MiB to 5 GiB. It grows by itself so that 10,000 parts suffice. Default 8 MiB.
   * Memory of an upload is parts in flight times this.
   */
  readonly partSize?: number;
  /** Files up to this many bytes go in one PUT, from 0 to 5 GiB. Default: `partSize`. */
  readonly singleUpTo?: number;
  /**
   * Only behind a file server whose owner reads uploads before they are committed: objects up to this many bytes are
   * promoted by the copy of one part, larger ones in parts of this size. From 5 MiB to 5 GiB. Default 256 MiB.
   */
  readonly copyPartSize?: number;
  /** The most bytes of one file, up to 5 TiB. Default 5 TiB. */
  readonly maxSize?: number;
  /** How long a signed request may be used, in milliseconds, from 1 second to 7 days. Default 15 minutes. */
  readonly timeToLive?: number;
  /** Cache-Control of new objects, of all or by what they belong to. Default: none is sent. */
  readonly cacheControl?: CacheControl;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Default: the Web Crypto API's. */
  readonly random?: RandomPort;
}

interface OwnClientOptions {
  /** Region of the bucket. Default: the SDK's own chain (`AWS_REGION`, profile); `us-east-1` with an endpoint. */
  readonly region?: string;
  /** Credentials, or a function that gets them. Default: the SDK's own chain (environment, profile, role). */
  readonly credentials?: S3Credentials | (() => Promise<S3Credentials>);
  readonly client?: never;
}

interface InjectedClientOptions {
  /**
   * Your own client, with its region and credentials. Make it with `requestChecksumCalculation: 'WHEN_REQUIRED'`,
   * without which the SDK puts checksums of its own choice on uploads, and with `maxAttempts: 1`: the engine retries.
   */
  readonly client: S3Client;
  readonly region?: never;
  readonly credentials?: never;
}

/** What {@link s3Signer} takes. */
export type S3Options = S3CommonOptions & (OwnClientOptions | InjectedClientOptions);

/** Whether a bucket can have this name; custom stores allow more than Amazon. */
function isBucketName(name: string, custom: boolean): boolean {
  if (typeof name !== 'string' || name.endsWith('--x-s3') || name.includes('..')) return false;
  if (!custom && accessPointOf(name) !== null) return true;
  return (
    custom ? /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/ : /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
  ).test(name);
}

/** Amazon's limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000;
export const MIN_PART_SIZE: number = 5 * MIB;
export const MAX_PART_SIZE: number = 5 * GIB;
/** One PUT. */
const MAX_SINGLE_SIZE: number = 5 * GIB;
/** What compatible stores take too; Amazon itself takes more by now. */
export const MAX_OBJECT_SIZE: number = 5 * TIB;
/** The longest life of a signature (version 4), in milliseconds. */
const MAX_TIME_TO_LIVE: number = 7 * DAY;

/** Options with every default in place, found valid. */
export interface Settings extends CommonSettings {
  readonly bucket: string;
  /** Null for Amazon's own. */
  readonly endpoint: string | null;
  readonly forcePathStyle: boolean;
  readonly accelerate: boolean;
  readonly dualStack: boolean;
  readonly requesterPays: boolean;
  /** As it is sent; null for none. */
  readonly tagging: string | null;
  readonly objectLock: S3ObjectLock | null;
  readonly storageClass: StorageClass | null;
  readonly encryption: S3Encryption | null;
  readonly checksum: S3Checksum;
  readonly conditionalWrites: boolean;
  readonly partSize: number;
  readonly copyPartSize: number;
}

const DEFAULT_PART_SIZE = 8 * MIB;
const DEFAULT_COPY_PART_SIZE = 256 * MIB;

/** What a call of the SDK says of who pays. */
export function whoPays({ requesterPays }: Pick<Settings, 'requesterPays'>): {
  RequestPayer?: 'requester';
} {
  return requesterPays ? { RequestPayer: 'requester' } : {};
}

/** The same for signed requests. */
export function payerHeader({ requesterPays }: Pick<Settings, 'requesterPays'>): Record<string, string> {
  return requesterPays ? { 'x-amz-request-payer': 'requester' } : {};
}

/** Names and types of all options; what their values must be is checked below. The README's table is checked by it. */
const NAMED: Readonly<Record<keyof S3Options, z.ZodType>> = {
  bucket: z.string(),
  region: z.string(),
  endpoint: z.string(),
  forcePathStyle: z.boolean(),
  credentials: z.custom(isCredentials, {
    error: 'must have accessKeyId and secretAccessKey, or be a function',
  }),
  client: z.custom((value) => typeof Object(value).send === 'function' && 'config' in Object(value), {
    error: 'must be an S3Client',
  }),
  accelerate: z.boolean(),
  dualStack: z.boolean(),
  requesterPays: z.boolean(),
  tags: z.record(z.string(), z.string()),
  objectLock: z.strictObject({ mode: z.string(), days: z.number() }),
  storageClass: z.string(),
  encryption: z.looseObject({ type: z.string() }),
  checksum: z.string(),
  conditionalWrites: z.boolean(),
  partSize: z.number(),
  copyPartSize: z.number(),
  prefix: z.string(),
  publicUrl: z.string(),
  maxSize: z.number(),
  singleUpTo: z.number(),
  timeToLive: z.number(),
  cacheControl: z.union([z.string(), z.record(z.string(), z.string())], {
    error: 'must be a text, or an object of texts',
  }),
  clock: z.looseObject({
    now: z.custom((value) => typeof value === 'function', { error: 'must be a function' }),
  }),
  random: z.looseObject({
    bytes: z.custom((value) => typeof value === 'function', { error: 'must be a function' }),
  }),
};

/** Every option by its name. */
export const S3_SCHEMA: z.ZodObject = z.strictObject(NAMED).partial();

function isCredentials(value: unknown): boolean {
  if (typeof value === 'function') return true;
  const { accessKeyId, secretAccessKey } = Object(value) as Record<string, unknown>;
  return typeof accessKeyId === 'string' && typeof secretAccessKey === 'string';
}

/** @throws `invalid-argument` that names everything that is wrong */
export function settingsOf(given: S3Options): Settings {
  const checks = new OptionChecks('S3');
  const options = checks.typed(S3_SCHEMA, given);
  const check = checks.check.bind(checks);
  const endpoint = options.endpoint ?? (options.client === undefined ? environmentEndpoint() : null);
  const partSize = options.partSize ?? DEFAULT_PART_SIZE;
  const copyPartSize = options.copyPartSize ?? DEFAULT_COPY_PART_SIZE;
  const encryption = options.encryption ?? null;
  const checksum = options.checksum ?? (endpoint === null ? 'crc32' : 'md5');

  check(
    isBucketName(options.bucket, endpoint !== null),
    'bucket: must be the name of a general purpose bucket, or the ARN of an access point of one region',
  );
  const common = commonSettings(checks, options, partSize, {
    objectSize: MAX_OBJECT_SIZE,
    singleSize: MAX_SINGLE_SIZE,
    timeToLive: MAX_TIME_TO_LIVE,
  });
  check(isBaseUrl(endpoint ?? undefined), 'endpoint: an http or https URL with no user, query or fragment');
  const partBounds = `${MIN_PART_SIZE} (5 MiB) to ${MAX_PART_SIZE} (5 GiB) bytes`;
  check(isWhole(partSize, MIN_PART_SIZE, MAX_PART_SIZE), `partSize: ${partBounds}`);
  check(isWhole(copyPartSize, MIN_PART_SIZE, MAX_PART_SIZE), `copyPartSize: ${partBounds}`);
  check(['crc32', 'md5', 'none'].includes(checksum), 'checksum: crc32, md5 or none');
  check(
    encryption === null || ['AES256', 'aws:kms'].includes(encryption.type),
    'encryption: AES256 or aws:kms; not with keys of your own (SSE-C): whoever downloads would need the key, and it would stand in signed requests',
  );
  check(
    encryption?.type !== 'aws:kms' || isHeaderValue(encryption.keyId),
    'encryption.keyId: a key id, ARN or alias in ASCII',
  );
  check(isHeaderValue(options.storageClass), 'storageClass: printable ASCII');
  check(options.region === undefined || options.region !== '', 'region: must not be empty');
  check(
    options.client === undefined || (options.region === undefined && options.credentials === undefined),
    'client: brings its own region and credentials; leave those out',
  );
  check(
    endpoint === null || !(options.accelerate || options.dualStack),
    "accelerate and dualStack: are Amazon's; leave them out beside an endpoint",
  );
  check(isTags(options.tags), 'tags: at most 10, names of 1 to 128 and values of up to 256 characters');
  check(isObjectLock(options.objectLock), 'objectLock: mode GOVERNANCE or COMPLIANCE, days 1 to 36500');
  check(
    options.objectLock === undefined || checksum !== 'none',
    'objectLock: wants a checksum, so not beside checksum none',
  );
  checks.end();
  return {
    ...common,
    bucket: options.bucket,
    endpoint,
    forcePathStyle: options.forcePathStyle ?? endpoint !== null,
    accelerate: options.accelerate ?? false,
    dualStack: options.dualStack ?? false,
    requesterPays: options.requesterPays ?? false,
    tagging: options.tags === undefined ? null : new URLSearchParams(options.tags).toString() || null,
    objectLock: options.objectLock ?? null,
    storageClass: options.storageClass ?? null,
    encryption,
    checksum,
    conditionalWrites: options.conditionalWrites ?? true,
    partSize,
    copyPartSize,
  };
}

/** Amazon's limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
function isTags(tags: Readonly<Record<string, string>> | undefined): boolean {
  if (tags === undefined) return true;
  const pairs = Object.entries(tags);
  const fits = (text: unknown, least: number, most: number): boolean =>
    typeof text === 'string' && text.length >= least && text.length <= most && !/\p{Surrogate}/u.test(text);
  return pairs.length <= 10 && pairs.every(([name, value]) => fits(name, 1, 128) && fits(value, 0, 256));
}

function isObjectLock(lock: S3ObjectLock | undefined): boolean {
  return (
    lock === undefined || (['GOVERNANCE', 'COMPLIANCE'].includes(lock.mode) && isWhole(lock.days, 1, 36_500))
  );
}

/** Where the SDK looks too; read here because `owns` must know it at once. */
function environmentEndpoint(): string | null {
  if (typeof process === 'undefined' || process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true')
    return null;
  return process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || null;
}
