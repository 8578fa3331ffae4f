import { resolve } from 'node:path';
import { type Clock, cleanPrefix, type RandomPort } from '@mesibo-files/handler-core';
import {
  type CacheControl,
  isBaseUrl,
  isCacheControl,
  isPrefix,
  isWhole,
  KEPT_FOR,
  MIB,
  MINUTE,
  OptionChecks,
  SECOND,
  webRandom,
} from '@mesibo-files/handler-core/provider';
import {
  MAX_OBJECT_SIZE,
  MAX_PART_SIZE,
  MAX_SINGLE_SIZE,
  MAX_TIME_TO_LIVE,
  MIN_PART_SIZE,
  MIN_SECRET_BYTES,
} from './limits.ts';
import type { BaseUrl, DiskOptions, DiskSecret } from './options.ts';

/** Options with every default in place, found valid. */
export interface Settings {
  /** As it stands in tickets. A folder has no name of its own that all replicas would share. */
  readonly bucket: string;
  /** Absolute. */
  readonly folder: string;
  readonly secrets: readonly [DiskSecret, ...DiskSecret[]];
  readonly storeUrl: () => string;
  readonly publicUrl: () => string;
  /** With no slash at its ends; may be empty. */
  readonly prefix: string;
  readonly partSize: number;
  readonly singleUpTo: number;
  readonly maxSize: number;
  readonly timeToLive: number;
  readonly keptFor: number;
  readonly cacheControl: CacheControl | null;
  readonly onError: (error: unknown) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomPort;
}

const DEFAULT_PART_SIZE = 8 * MIB;
const HOUR = 60 * MINUTE;

/** @throws `invalid-argument` that names everything that is wrong */
export function settingsOf(options: DiskOptions): Settings {
  const checks = new OptionChecks('Disk');
  const partSize = options.partSize ?? DEFAULT_PART_SIZE;
  const singleUpTo = options.singleUpTo ?? Math.min(partSize, MAX_SINGLE_SIZE);
  const maxSize = options.maxSize ?? MAX_OBJECT_SIZE;
  const timeToLive = options.timeToLive ?? 15 * MINUTE;
  const keptFor = options.keptFor ?? KEPT_FOR;
  const isFolder =
    typeof options.folder === 'string' && options.folder !== '' && !options.folder.includes('\0');

  checks.check(isFolder, 'folder: must be the path of a folder');
  checks.check(
    isDiskPrefix(options.prefix ?? 'mesibo'),
    'prefix: letters, digits and . _ ~ = @ - between slashes, at most 200 in a row',
  );
  checks.check(isBase(options.storeUrl), 'storeUrl: an http or https URL with no user, query or fragment');
  checks.check(
    options.publicUrl === undefined || isBase(options.publicUrl),
    'publicUrl: an http or https URL with no user, query or fragment',
  );
  checks.check(
    options.secrets.length > 0 && options.secrets.every(isSecret),
    `secrets: each an id of 1 to 32 letters, digits and . _ -, and at least ${MIN_SECRET_BYTES} bytes`,
  );
  checks.check(
    new Set(options.secrets.map(({ id }) => id)).size === options.secrets.length,
    'secrets: each id once',
  );
  checks.check(isWhole(partSize, MIN_PART_SIZE, MAX_PART_SIZE), 'partSize: 64 KiB to 5 GiB, in bytes');
  checks.check(isWhole(singleUpTo, 0, MAX_SINGLE_SIZE), 'singleUpTo: 0 to 5 GiB, in bytes');
  checks.check(isWhole(maxSize, 0, MAX_OBJECT_SIZE), 'maxSize: 0 to 5 TiB, in bytes');
  checks.check(
    isWhole(timeToLive, SECOND, MAX_TIME_TO_LIVE),
    'timeToLive: 1,000 to 604,800,000 milliseconds (7 days)',
  );
  checks.check(
    isWhole(keptFor, HOUR, Number.MAX_SAFE_INTEGER),
    'keptFor: at least 3,600,000 milliseconds (1 hour)',
  );
  checks.check(
    isCacheControl(options.cacheControl),
    'cacheControl: printable ASCII, or such by message, profile, thumbnail and other',
  );
  checks.end();
  const storeUrl = lazily(options.storeUrl);
  return {
    bucket: 'disk',
    folder: resolve(options.folder),
    secrets: options.secrets,
    storeUrl,
    publicUrl: options.publicUrl === undefined ? storeUrl : lazily(options.publicUrl),
    prefix: cleanPrefix(options.prefix ?? 'mesibo'),
    partSize,
    singleUpTo: Math.min(singleUpTo, maxSize),
    maxSize,
    timeToLive,
    keptFor,
    cacheControl: options.cacheControl ?? null,
    onError: options.onError ?? (() => undefined),
    clock: options.clock ?? { now: () => Date.now() },
    random: options.random ?? webRandom,
  };
}

/** File systems take names of 255 bytes. */
function isDiskPrefix(prefix: string): boolean {
  return (
    isPrefix(prefix) &&
    prefix.split('/').length <= 64 &&
    prefix.split('/').every(({ length }) => length <= 200)
  );
}

/** What a function will answer can't be known yet. */
function isBase(url: BaseUrl): boolean {
  return typeof url === 'function' || (typeof url === 'string' && isBaseUrl(url));
}

function lazily(url: BaseUrl): () => string {
  return typeof url === 'function' ? url : () => url;
}

function isSecret({ id, secret }: DiskSecret): boolean {
  const bytes = typeof secret === 'string' ? Buffer.byteLength(secret) : secret.byteLength;
  return /^[\w.-]{1,32}$/.test(id) && bytes >= MIN_SECRET_BYTES;
}
