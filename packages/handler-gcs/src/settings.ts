import {
  type CacheControl,
  type Clock,
  cleanPrefix,
  isBaseUrl,
  isCacheControl,
  isHeaderValue,
  isPrefix,
  isWhole,
  KIB,
  MIB,
  MINUTE,
  OptionChecks,
  type RandomPort,
  SECOND,
  webRandom,
} from '@mesibo-files/handler-core/provider';
import {
  CHUNK_QUANTUM,
  MAX_OBJECT_SIZE,
  MAX_PART_SIZE,
  MAX_SINGLE_SIZE,
  MIN_PART_SIZE,
  WEEK,
} from './limits.ts';
import { checkIdentity, isBucketName, isOrigin } from './option-checks.ts';
import type { GcsChecksum, GcsOptions, GcsUpload } from './options.ts';

/** Options with every default in place, found valid. */
export interface Settings {
  readonly bucket: string;
  /** With no slash at its ends; may be empty. */
  readonly prefix: string;
  readonly publicUrl: string | null;
  readonly storageClass: string | null;
  readonly kmsKeyName: string | null;
  readonly checksum: GcsChecksum;
  readonly upload: GcsUpload;
  readonly partSize: number;
  readonly singleUpTo: number;
  readonly maxSize: number;
  readonly timeToLive: number;
  readonly origin: string | null;
  readonly cacheControl: CacheControl | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomPort;
}

const DEFAULT_PART_SIZE = 8 * MIB;

/** @throws `invalid-argument` that names everything that is wrong */
export function settingsOf(options: GcsOptions): Settings {
  const checks = new OptionChecks('GCS');
  const check = checks.check.bind(checks);
  const partSize = options.partSize ?? DEFAULT_PART_SIZE;
  const singleUpTo = options.singleUpTo ?? Math.min(partSize, MAX_SINGLE_SIZE);
  const maxSize = options.maxSize ?? MAX_OBJECT_SIZE;
  const timeToLive = options.timeToLive ?? 15 * MINUTE;
  const checksum = options.checksum ?? 'crc32c';
  const upload = options.upload ?? 'session';

  check(isBucketName(options.bucket), 'bucket: must be the name of a bucket');
  check(isPrefix(options.prefix ?? 'mesibo'), 'prefix: letters, digits and . _ ~ = @ - between slashes');
  check(isBaseUrl(options.publicUrl), 'publicUrl: an http or https URL with no user, query or fragment');
  check(isOrigin(options.endpoint), 'endpoint: an http or https URL with no path, user, query or fragment');
  check(isOrigin(options.origin), 'origin: as in https://chat.example.com');
  check(['session', 'multipart'].includes(upload), 'upload: session or multipart');
  check(['crc32c', 'none'].includes(checksum), 'checksum: crc32c or none');
  if (upload === 'multipart') {
    check(isWhole(partSize, MIN_PART_SIZE, MAX_PART_SIZE), 'partSize: 5 MiB to 5 GiB, in bytes');
  } else {
    check(
      isWhole(partSize, CHUNK_QUANTUM, MAX_PART_SIZE) && partSize % CHUNK_QUANTUM === 0,
      `partSize: a multiple of ${CHUNK_QUANTUM / KIB} KiB up to 5 GiB, in bytes`,
    );
  }
  check(isWhole(singleUpTo, 0, MAX_SINGLE_SIZE), 'singleUpTo: 0 to 5 GiB, in bytes');
  check(isWhole(maxSize, 0, MAX_OBJECT_SIZE), 'maxSize: 0 to 5 TiB, in bytes');
  check(isWhole(timeToLive, SECOND, WEEK), 'timeToLive: 1,000 to 604,800,000 milliseconds (7 days)');
  check(isHeaderValue(options.storageClass), 'storageClass: printable ASCII');
  check(isHeaderValue(options.kmsKeyName), 'kmsKeyName: printable ASCII');
  check(
    isCacheControl(options.cacheControl),
    'cacheControl: printable ASCII, or such by message, profile, thumbnail and other',
  );
  checkIdentity(options, check);
  checks.end();
  return {
    bucket: options.bucket,
    prefix: cleanPrefix(options.prefix ?? 'mesibo'),
    publicUrl: options.publicUrl ?? null,
    storageClass: options.storageClass ?? null,
    kmsKeyName: options.kmsKeyName ?? null,
    checksum,
    upload,
    partSize,
    singleUpTo: Math.min(singleUpTo, maxSize),
    maxSize,
    timeToLive,
    origin: options.origin ?? null,
    cacheControl: options.cacheControl ?? null,
    clock: options.clock ?? { now: () => Date.now() },
    random: options.random ?? webRandom,
  };
}
