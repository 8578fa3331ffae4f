import type { StorageClass } from '@aws-sdk/client-s3';
import {
  type CacheControl,
  type Clock,
  cleanPrefix,
  GIB,
  isBaseUrl,
  isCacheControl,
  isHeaderValue,
  isPrefix,
  isWhole,
  MIB,
  MINUTE,
  OptionChecks,
  type RandomPort,
  SECOND,
  TIB,
  webRandom,
} from '@mesibo-files/handler-core/provider';
import {
  MAX_OBJECT_SIZE,
  MAX_PART_SIZE,
  MAX_SINGLE_SIZE,
  MAX_TIME_TO_LIVE,
  MIN_PART_SIZE,
} from './limits.ts';
import { isBucketName } from './option-checks.ts';
import type { S3Checksum, S3Encryption, S3Options } from './options.ts';

/** Options with every default in place, found valid. */
export interface Settings {
  readonly bucket: string;
  /** With no slash at its ends; may be empty. */
  readonly prefix: string;
  readonly publicUrl: string | null;
  /** Null for Amazon's own. */
  readonly endpoint: string | null;
  readonly forcePathStyle: boolean;
  readonly storageClass: StorageClass | null;
  readonly encryption: S3Encryption | null;
  readonly checksum: S3Checksum;
  readonly conditionalWrites: boolean;
  readonly partSize: number;
  readonly singleUpTo: number;
  readonly copyPartSize: number;
  readonly maxSize: number;
  readonly timeToLive: number;
  readonly cacheControl: CacheControl | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomPort;
}

const DEFAULT_PART_SIZE = 8 * MIB;
const DEFAULT_COPY_PART_SIZE = 256 * MIB;

/** @throws `invalid-argument` that names everything that is wrong */
export function settingsOf(options: S3Options): Settings {
  const checks = new OptionChecks('S3');
  const endpoint = options.endpoint ?? (options.client === undefined ? environmentEndpoint() : null);
  const partSize = options.partSize ?? DEFAULT_PART_SIZE;
  const singleUpTo = options.singleUpTo ?? Math.min(partSize, MAX_SINGLE_SIZE);
  const copyPartSize = options.copyPartSize ?? DEFAULT_COPY_PART_SIZE;
  const maxSize = options.maxSize ?? MAX_OBJECT_SIZE;
  const timeToLive = options.timeToLive ?? 15 * MINUTE;
  const encryption = options.encryption ?? null;
  const checksum = options.checksum ?? (endpoint === null ? 'crc32' : 'md5');

  checks.check(
    isBucketName(options.bucket, endpoint !== null),
    'bucket: must be the name of a general purpose bucket',
  );
  checks.check(
    isPrefix(options.prefix ?? 'mesibo'),
    'prefix: letters, digits and . _ ~ = @ - between slashes',
  );
  checks.check(
    isBaseUrl(options.publicUrl),
    'publicUrl: an http or https URL with no user, query or fragment',
  );
  checks.check(
    isBaseUrl(endpoint ?? undefined),
    'endpoint: an http or https URL with no user, query or fragment',
  );
  checks.check(
    isWhole(partSize, MIN_PART_SIZE, MAX_PART_SIZE),
    `partSize: ${5 * MIB} (5 MiB) to ${5 * GIB} (5 GiB) bytes`,
  );
  checks.check(isWhole(singleUpTo, 0, MAX_SINGLE_SIZE), `singleUpTo: 0 to ${5 * GIB} (5 GiB) bytes`);
  checks.check(
    isWhole(copyPartSize, MIN_PART_SIZE, MAX_PART_SIZE),
    `copyPartSize: ${5 * MIB} (5 MiB) to ${5 * GIB} (5 GiB) bytes`,
  );
  checks.check(isWhole(maxSize, 0, MAX_OBJECT_SIZE), `maxSize: 0 to ${5 * TIB} (5 TiB) bytes`);
  checks.check(
    isWhole(timeToLive, SECOND, MAX_TIME_TO_LIVE),
    'timeToLive: 1,000 to 604,800,000 milliseconds (7 days)',
  );
  checks.check(['crc32', 'md5', 'none'].includes(checksum), 'checksum: crc32, md5 or none');
  checks.check(
    encryption === null || ['AES256', 'aws:kms'].includes(encryption.type),
    'encryption: AES256 or aws:kms',
  );
  checks.check(
    encryption?.type !== 'aws:kms' || isHeaderValue(encryption.keyId),
    'encryption.keyId: a key id, ARN or alias in ASCII',
  );
  checks.check(isHeaderValue(options.storageClass), 'storageClass: printable ASCII');
  checks.check(
    isCacheControl(options.cacheControl),
    'cacheControl: printable ASCII, or such by message, profile, thumbnail and other',
  );
  checks.check(options.region === undefined || options.region !== '', 'region: must not be empty');
  checks.check(
    options.client === undefined || (options.region === undefined && options.credentials === undefined),
    'client: brings its own region and credentials; leave those out',
  );
  checks.end();
  return {
    bucket: options.bucket,
    prefix: cleanPrefix(options.prefix ?? 'mesibo'),
    publicUrl: options.publicUrl ?? null,
    endpoint,
    forcePathStyle: options.forcePathStyle ?? endpoint !== null,
    storageClass: options.storageClass ?? null,
    encryption,
    checksum,
    conditionalWrites: options.conditionalWrites ?? true,
    partSize,
    singleUpTo: Math.min(singleUpTo, maxSize),
    copyPartSize,
    maxSize,
    timeToLive,
    cacheControl: options.cacheControl ?? null,
    clock: options.clock ?? { now: () => Date.now() },
    random: options.random ?? webRandom,
  };
}

/** Where the SDK looks too; read here because `owns` must know it at once. */
function environmentEndpoint(): string | null {
  if (typeof process === 'undefined' || process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true')
    return null;
  return process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || null;
}
