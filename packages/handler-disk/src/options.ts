import { resolve } from 'node:path';
import {
  type CacheControl,
  type Clock,
  cleanPrefix,
  DAY,
  GIB,
  isBaseUrl,
  isCacheControl,
  isPrefix,
  isWhole,
  KEPT_FOR,
  KIB,
  MIB,
  MINUTE,
  OptionChecks,
  type RandomPort,
  SECOND,
  TIB,
  webRandom,
} from '@mesibo-files/handler-core/provider';
import { z } from 'zod';

/** A secret that signs URLs. */
export interface DiskSecret {
  /** Stands in every URL, so that the right secret verifies it: 1 to 32 of `A-Z a-z 0-9 . _ -`. One id, one secret, for good. */
  readonly id: string;
  /** At least 32 bytes, random; text is taken as UTF-8. */
  readonly secret: string | Uint8Array;
}

/** A base URL, or what answers it once it is known, as when the port is chosen by the system. */
export type BaseUrl = string | (() => string);

/** What {@link diskStore} takes. */
export interface DiskOptions {
  /**
   * Folder of all that is stored, absolute or relative to the working directory; it is created if it is missing, and
   * must not be on two file systems. Several processes may share it. Only its owner may read what is made in it.
   */
  readonly folder: string;
  /**
   * Secrets that sign URLs: the first signs, all verify. To change it, put a new one first under a new id, and take the
   * old one out when `timeToLive` has passed. Share them between replicas.
   */
  readonly secrets: readonly [DiskSecret, ...DiskSecret[]];
  /**
   * Where clients reach `handle`, as in `https://files.example.com/disk`. Its path is part of what is signed, so a proxy
   * must not change it.
   */
  readonly storeUrl: BaseUrl;
  /**
   * Base of file URLs, which are `<publicUrl>/<key>`, as in `https://files.example.com/files`. Default: `storeUrl`, where
   * nothing is read unsigned.
   */
  readonly publicUrl?: BaseUrl;
  /** Folder in the store under which all keys are, as in `chat/files`. Empty for none. Default `mesibo`. */
  readonly prefix?: string;
  /** Bytes of a session's chunk, from 64 KiB to 5 GiB. Default 8 MiB. Memory of an upload is this once. */
  readonly partSize?: number;
  /** Files up to this many bytes go in one PUT, from 0 to 5 GiB. Default: `partSize`. */
  readonly singleUpTo?: number;
  /** The most bytes of one file, up to 5 TiB. Default 5 TiB. */
  readonly maxSize?: number;
  /** How long a signed request may be used, in milliseconds, from 1 second to 7 days. Default 15 minutes. */
  readonly timeToLive?: number;
  /** How long an unfinished upload is kept before `sweep` removes it, in milliseconds, from 1 hour. Default 24 hours. */
  readonly keptFor?: number;
  /** Cache-Control of new objects, of all or by what they belong to. Default: none is sent. */
  readonly cacheControl?: CacheControl;
  /**
   * Told why a request was answered with 5xx: a disk that fails, or a fault of ours. For logs; it holds no secret and no
   * signed URL. Default: nobody is told.
   */
  readonly onError?: (error: unknown) => void;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Default: the Web Crypto API's. */
  readonly random?: RandomPort;
}

/** Bounds of a session's chunk, in bytes. */
const MIN_PART_SIZE: number = 64 * KIB;

export const MAX_PART_SIZE: number = 5 * GIB;

/** A source that ends within this is read before it is sent. */
const MAX_SINGLE_SIZE: number = 5 * GIB;

/** Within what common file systems take: 16 TiB on ext4. */
export const MAX_OBJECT_SIZE: number = 5 * TIB;

/** The longest life of a signed request, in milliseconds. */
const MAX_TIME_TO_LIVE: number = 7 * DAY;

/** Least bytes of a secret. */
const MIN_SECRET_BYTES = 32;

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

const aFunction: z.ZodType = z.custom((value) => typeof value === 'function', {
  error: 'must be a function',
});

/** Names and types of all options; what their values must be is checked below. The README's table is checked by it. */
const NAMED: Readonly<Record<keyof DiskOptions, z.ZodType>> = {
  folder: z.string(),
  secrets: z.array(z.unknown()),
  storeUrl: z.union([z.string(), aFunction], { error: 'must be a text or a function' }),
  publicUrl: z.union([z.string(), aFunction], { error: 'must be a text or a function' }),
  partSize: z.number(),
  keptFor: z.number(),
  onError: aFunction,
  prefix: z.string(),
  maxSize: z.number(),
  singleUpTo: z.number(),
  timeToLive: z.number(),
  cacheControl: z.union([z.string(), z.record(z.string(), z.string())], {
    error: 'must be a text, or an object of texts',
  }),
  clock: z.looseObject({ now: aFunction }),
  random: z.looseObject({ bytes: aFunction }),
};

/** Every option by its name. */
export const DISK_SCHEMA: z.ZodObject = z.strictObject(NAMED).partial();

/** @throws `invalid-argument` that names everything that is wrong */
export function settingsOf(given: DiskOptions): Settings {
  const checks = new OptionChecks('Disk');
  const options = checks.typed(DISK_SCHEMA, given);
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
    options.secrets?.length > 0 && options.secrets.every(isSecret),
    `secrets: each an id of 1 to 32 letters, digits and . _ -, and at least ${MIN_SECRET_BYTES} bytes`,
  );
  checks.check(
    new Set(options.secrets?.map((secret) => secret?.id)).size === (options.secrets?.length ?? 0),
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

function isSecret(value: unknown): boolean {
  const { id, secret } = Object(value) as Record<string, unknown>;
  const bytes =
    typeof secret === 'string'
      ? Buffer.byteLength(secret)
      : secret instanceof Uint8Array
        ? secret.byteLength
        : 0;
  return typeof id === 'string' && /^[\w.-]{1,32}$/.test(id) && bytes >= MIN_SECRET_BYTES;
}
