import {
  type CacheControl,
  type Clock,
  cleanPrefix,
  DAY,
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
  webRandom,
} from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import { type Account, type AccountOptions, accountOf } from './presign/credentials.ts';

/** What every block goes up with and Azure compares as it arrives. */
export type AzureChecksum = 'crc64' | 'md5' | 'none';

/** Options of `azureSigner`. Only `container` is always required. */
export interface AzureOptions extends AccountOptions {
  /** Name of an existing container. */
  readonly container: string;
  /** Folder of all keys, with no slash at its ends. Default `mesibo`. */
  readonly prefix?: string;
  /** Base URL of a CDN in front of the container; file URLs are then `<publicUrl>/<key>`. Default: the container's. */
  readonly publicUrl?: string;
  /** Access tier of new objects, as in `Cool`. Never `Archive`: it can't be read. Default: the account's. */
  readonly accessTier?: string;
  /** Default `crc64`, a quarter of the work of `md5`. With `none` only sizes are compared. */
  readonly checksum?: AzureChecksum;
  /** Bytes of a block, 1 to 4,000 MiB. Default 8 MiB; it grows so that 50,000 suffice. */
  readonly partSize?: number;
  /** Files up to this many bytes go in one Put Blob; at most 5,000 MiB. Default: `partSize`. */
  readonly singleUpTo?: number;
  /** The most bytes of one file. Default and most: 50,000 blocks of 4,000 MiB (190.7 TiB). */
  readonly maxSize?: number;
  /** How long a signed request may be used, in milliseconds, 1 second to 7 days. Default 15 minutes. */
  readonly timeToLive?: number;
  /** Cache-Control of new objects, of all or by what they belong to. Default none. */
  readonly cacheControl?: CacheControl;
  /** Version of the service that signatures are of. Default `2026-04-06`; at least `2020-12-06`. */
  readonly serviceVersion?: string;
  /** For tests. Default: the system's clock. */
  readonly clock?: Pick<Clock, 'now'>;
  /** For tests. Default: Web Crypto. */
  readonly random?: RandomPort;
}

/** Azure's limits: https://learn.microsoft.com/azure/storage/blobs/scalability-targets */
export const MAX_PARTS = 50_000;

const MIN_PART_SIZE: number = MIB;

export const MAX_PART_SIZE: number = 4000 * MIB;

/** One Put Blob. */
const MAX_SINGLE_SIZE: number = 5000 * MIB;

/** 190.7 TiB. */
const MAX_OBJECT_SIZE: number = MAX_PARTS * MAX_PART_SIZE;

/** The longest life of a user delegation key, and so of what it signs. */
export const MAX_TIME_TO_LIVE: number = 7 * DAY;

/** Options with every default in place, found valid. */
export interface Settings {
  readonly account: Account;
  readonly container: string;
  /** Base of the container's own file URLs. */
  readonly baseUrl: string;
  /** With no slash at its ends; may be empty. */
  readonly prefix: string;
  readonly publicUrl: string | null;
  readonly accessTier: string | null;
  readonly checksum: AzureChecksum;
  readonly partSize: number;
  readonly singleUpTo: number;
  readonly maxSize: number;
  readonly timeToLive: number;
  readonly cacheControl: CacheControl | null;
  readonly serviceVersion: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomPort;
}

const DEFAULT_PART_SIZE = 8 * MIB;

const NOWHERE: Account = { name: '', endpoint: '', credentials: null };

/** Names and types of all options; what their values must be is checked below. The README's table is checked by it. */
const NAMED: Readonly<Record<keyof AzureOptions, z.ZodType>> = {
  container: z.string(),
  account: z.string(),
  endpoint: z.string(),
  credentials: z.custom(isCredentials, {
    error: 'must have accountName and accountKey, or be a credential of @azure/identity',
  }),
  connectionString: z.string(),
  accessTier: z.string(),
  checksum: z.string(),
  partSize: z.number(),
  serviceVersion: z.string(),
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
export const AZURE_SCHEMA: z.ZodObject = z.strictObject(NAMED).partial();

function isCredentials(value: unknown): boolean {
  const { accountName, accountKey, getToken } = Object(value) as Record<string, unknown>;
  return (
    typeof getToken === 'function' || (typeof accountName === 'string' && typeof accountKey === 'string')
  );
}

/** @throws `invalid-argument` that names everything that is wrong */
export function settingsOf(given: AzureOptions): Settings {
  const checks = new OptionChecks('Azure');
  const options = checks.typed(AZURE_SCHEMA, given);
  const found = accountOf(options);
  const account = typeof found === 'string' ? NOWHERE : found;
  const partSize = options.partSize ?? DEFAULT_PART_SIZE;
  const singleUpTo = options.singleUpTo ?? Math.min(partSize, MAX_SINGLE_SIZE);
  const maxSize = options.maxSize ?? MAX_OBJECT_SIZE;
  const timeToLive = options.timeToLive ?? 15 * MINUTE;
  const checksum = options.checksum ?? 'crc64';
  const serviceVersion = options.serviceVersion ?? '2026-04-06';
  if (typeof found === 'string') checks.check(false, found);
  else checkAccount(checks, found);
  checks.check(isContainerName(options.container), 'container: 3 to 63 of a-z 0-9 and single hyphens');
  checks.check(
    isPrefix(options.prefix ?? 'mesibo'),
    'prefix: letters, digits and . _ ~ = @ - between slashes',
  );
  checks.check(
    isBaseUrl(options.publicUrl),
    'publicUrl: an http or https URL with no user, query or fragment',
  );
  checks.check(isWhole(partSize, MIN_PART_SIZE, MAX_PART_SIZE), 'partSize: 1,048,576 to 4,194,304,000 bytes');
  checks.check(isWhole(singleUpTo, 0, MAX_SINGLE_SIZE), 'singleUpTo: 0 to 5,242,880,000 bytes');
  checks.check(isWhole(maxSize, 0, MAX_OBJECT_SIZE), `maxSize: 0 to ${MAX_OBJECT_SIZE} bytes`);
  checks.check(
    isWhole(timeToLive, SECOND, MAX_TIME_TO_LIVE),
    'timeToLive: 1,000 to 604,800,000 milliseconds',
  );
  checks.check(['crc64', 'md5', 'none'].includes(checksum), 'checksum: crc64, md5 or none');
  checks.check(options.accessTier !== 'Archive', 'accessTier: what is archived can not be read');
  checks.check(isHeaderValue(options.accessTier), 'accessTier: printable ASCII');
  checks.check(
    isCacheControl(options.cacheControl),
    'cacheControl: printable ASCII, or such by message, profile, thumbnail and other',
  );
  checks.check(
    /^20\d\d-\d\d-\d\d$/.test(serviceVersion) && serviceVersion >= '2020-12-06',
    'serviceVersion: a date from 2020-12-06',
  );
  checks.end();
  return {
    account,
    container: options.container,
    baseUrl: `${account.endpoint}/${options.container}`,
    prefix: cleanPrefix(options.prefix ?? 'mesibo'),
    publicUrl: options.publicUrl ?? null,
    accessTier: options.accessTier ?? null,
    checksum,
    partSize,
    singleUpTo: Math.min(singleUpTo, maxSize),
    maxSize,
    timeToLive,
    cacheControl: options.cacheControl ?? null,
    serviceVersion,
    clock: options.clock ?? { now: () => Date.now() },
    random: options.random ?? webRandom,
  };
}

function checkAccount(checks: OptionChecks, { name, endpoint, credentials }: Account): void {
  checks.check(/^[a-z0-9]{3,24}$/.test(name), 'account: 3 to 24 of a-z 0-9');
  checks.check(isBaseUrl(endpoint), 'endpoint: an http or https URL with no user, query or fragment');
  if (credentials === null || !('accountKey' in credentials)) {
    checks.check(endpoint.startsWith('https://'), 'endpoint: an identity needs https');
  } else {
    const good =
      /^[A-Za-z0-9+/]+={0,2}$/.test(credentials.accountKey) && credentials.accountKey.length % 4 === 0;
    checks.check(good, 'credentials.accountKey: base64');
  }
}

function isContainerName(name: string): boolean {
  return (
    (typeof name === 'string' && /^[a-z0-9](-?[a-z0-9]){2,62}$/.test(name) && name.length <= 63) ||
    name === '$web'
  );
}
