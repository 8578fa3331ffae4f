import type { Storage } from '@google-cloud/storage';
import {
  type CacheControl,
  type Clock,
  type CommonSettings,
  commonSettings,
  DAY,
  GIB,
  isHeaderValue,
  isWhole,
  KIB,
  MIB,
  MINUTE,
  OptionChecks,
  type RandomPort,
  SECOND,
  TIB,
} from '@mesibo-files/handler-core/provider';
import { z } from 'zod';

/** A service account's key, as it stands in its key file. */
export interface GcsCredentials {
  readonly client_email: string;
  /** PKCS #8 in PEM. */
  readonly private_key: string;
  /** Where access tokens are fetched. Default: Google's. */
  readonly token_uri?: string;
}

/** Which digest every request is bound to, and the store verifies as the bytes arrive. */
export type GcsChecksum = 'crc32c' | 'none';

/** How files go that are too large for one request: in a resumable session, or in parts by the XML API. */
export type GcsUpload = 'session' | 'multipart';

interface GcsCommonOptions {
  /** Name of the bucket. It must exist. */
  readonly bucket: string;
  /** Folder in the bucket under which all keys are, as in `chat/files`. Empty for none. Default `mesibo`. */
  readonly prefix?: string;
  /**
   * Base URL under which the bucket's objects are served by a CDN, as in `https://files.example.com`: file URLs are
   * `<publicUrl>/<key>`. Downloads are signed for the bucket all the same. Default: the bucket's own URL.
   */
  readonly publicUrl?: string;
  /** Storage class of new objects, as in `NEARLINE`. Default: the bucket's. */
  readonly storageClass?: string;
  /** Cloud KMS key that encrypts new objects: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. Default: the bucket's. */
  readonly kmsKeyName?: string;
  /** The digest of every request. With `none` only sizes are compared. Default `crc32c`. */
  readonly checksum?: GcsChecksum;
  /**
   * `session`: chunks one after the other, with the creation conditional. `multipart`: parts side by side, which is
   * faster on fast links; then only the random key keeps an object from being overwritten. Default `session`.
   */
  readonly upload?: GcsUpload;
  /**
   * Bytes of a part (5 MiB to 5 GiB; it grows by itself so that 10,000 suffice) or of a session's chunk (a multiple of
   * 256 KiB). Default 8 MiB. Memory of an upload is what is in flight times this.
   */
  readonly partSize?: number;
  /** Files up to this many bytes go in one PUT, from 0 to 5 GiB. Default: `partSize`. */
  readonly singleUpTo?: number;
  /** The most bytes of one file, up to 5 TiB. Default 5 TiB. */
  readonly maxSize?: number;
  /** How long a signed request may be used, in milliseconds, from 1 second to 7 days. Default 15 minutes. */
  readonly timeToLive?: number;
  /** Origin of the web page that will upload, as in `https://chat.example.com`: a session answers no other. Default none. */
  readonly origin?: string;
  /**
   * The project that pays for requests, where the bucket's owner has whoever asks pay. The account needs
   * `serviceusage.services.use` in it. Default: the bucket's.
   */
  readonly userProject?: string;
  /** Cache-Control of new objects, of all or by what they belong to. Default: none is sent, and the store's own holds. */
  readonly cacheControl?: CacheControl;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Default: the Web Crypto API's. */
  readonly random?: RandomPort;
}

interface OwnClientOptions {
  /** Origin of another endpoint, as in `http://127.0.0.1:4443`. Default: `STORAGE_EMULATOR_HOST`, else Google's. */
  readonly endpoint?: string;
  /** Project of the bucket. Default: the client's own chain; objects don't need it. */
  readonly projectId?: string;
  /** A service account's key. Default: `keyFilename`, else the client's own chain (environment, gcloud, metadata server). */
  readonly credentials?: GcsCredentials;
  /** Path of a key file, or of any other credentials file that Google's libraries read. */
  readonly keyFilename?: string;
  /** Domain of a cloud that is not Google's own but runs its software. Default: `googleapis.com`. */
  readonly universeDomain?: string;
  readonly client?: never;
}

interface InjectedClientOptions {
  /** Your own client, with its endpoint and credentials. A wrong device clock is then not corrected when it fetches tokens. */
  readonly client: Storage;
  readonly endpoint?: never;
  readonly projectId?: never;
  readonly credentials?: never;
  readonly keyFilename?: never;
  readonly universeDomain?: never;
}

/** What {@link gcsSigner} takes. */
export type GcsOptions = GcsCommonOptions & (OwnClientOptions | InjectedClientOptions);

/** Whether a bucket can have this name. Source: https://cloud.google.com/storage/docs/buckets#naming */
function isBucketName(name: string): boolean {
  if (typeof name !== 'string' || name.length > 222 || name.includes('..')) return false;
  return /^[a-z0-9][a-z0-9._-]+[a-z0-9]$/.test(name) && name.split('.').every(({ length }) => length <= 63);
}

/** Whether this is scheme, host and port alone. */
function isOrigin(url: string | undefined): boolean {
  if (url === undefined) return true;
  if (!URL.canParse(url)) return false;
  const { hash, password, pathname, protocol, search, username } = new URL(url);
  return /^https?:$/.test(protocol) && pathname === '/' && `${username}${password}${search}${hash}` === '';
}

/** Notes what is wrong with what says who calls. */
function checkIdentity(options: GcsOptions, check: (good: boolean, mistake: string) => void): void {
  const { client, credentials, endpoint, keyFilename, projectId, universeDomain } = options;
  check(keyFilename === undefined || keyFilename !== '', 'keyFilename: must not be empty');
  check(projectId === undefined || projectId !== '', 'projectId: must not be empty');
  check(
    credentials === undefined || keyFilename === undefined,
    'credentials: leave them out beside a keyFilename',
  );
  check(
    credentials === undefined || (isFilled(credentials.client_email) && isFilled(credentials.private_key)),
    'credentials: client_email and private_key, as in a key file',
  );
  check(
    credentials?.token_uri === undefined || URL.canParse(credentials.token_uri),
    'credentials.token_uri: must be a URL',
  );
  check(
    universeDomain === undefined || /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(universeDomain),
    'universeDomain: a domain, as in googleapis.com',
  );
  const own = [credentials, endpoint, keyFilename, projectId, universeDomain].every(
    (each) => each === undefined,
  );
  check(client === undefined || own, 'client: brings its own endpoint and credentials; leave those out');
}

function isFilled(text: unknown): boolean {
  return typeof text === 'string' && text !== '';
}

/** Google's limits: https://cloud.google.com/storage/quotas */
export const MAX_PARTS = 10_000;
const MIN_PART_SIZE: number = 5 * MIB;
export const MAX_PART_SIZE: number = 5 * GIB;
/** Every chunk of a session but the last is a multiple of this. */
export const CHUNK_QUANTUM: number = 256 * KIB;
/** One PUT could be as large as an object; a source that ends within this is read before it is sent. */
const MAX_SINGLE_SIZE: number = 5 * GIB;
export const MAX_OBJECT_SIZE: number = 5 * TIB;
/** The longest life of a signature (version 4), and of a session. */
export const WEEK: number = 7 * DAY;

/** A store that hangs must not hang us. */
export const ANSWER_WITHIN: number = 60 * SECOND;
/** Putting parts together "can take several minutes". */
export const COMPLETE_WITHIN: number = 600 * SECOND;

/** From this on a refusal is the clock's fault: tokens allow 5 minutes, signed URLs 15. */
export const SKEWED: number = 4 * MINUTE;

/** The header that says who pays for a request: none where it is the bucket's own project. */
export function payer(userProject: string | null): Record<string, string> {
  return userProject === null ? {} : { 'x-goog-user-project': userProject };
}

/** Options with every default in place, found valid. */
export interface Settings extends CommonSettings {
  readonly bucket: string;
  readonly storageClass: string | null;
  readonly kmsKeyName: string | null;
  readonly checksum: GcsChecksum;
  readonly upload: GcsUpload;
  readonly partSize: number;
  readonly origin: string | null;
  readonly userProject: string | null;
}

const DEFAULT_PART_SIZE = 8 * MIB;

/** Names and types of all options; what their values must be is checked below. The README's table is checked by it. */
const NAMED: Readonly<Record<keyof GcsOptions, z.ZodType>> = {
  bucket: z.string(),
  projectId: z.string(),
  endpoint: z.string(),
  credentials: z.looseObject({ client_email: z.string(), private_key: z.string() }),
  keyFilename: z.string(),
  universeDomain: z.string(),
  client: z.custom((value) => 'authClient' in Object(value), { error: 'must be a Storage' }),
  storageClass: z.string(),
  kmsKeyName: z.string(),
  checksum: z.string(),
  upload: z.string(),
  partSize: z.number(),
  origin: z.string(),
  userProject: z.string(),
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
export const GCS_SCHEMA: z.ZodObject = z.strictObject(NAMED).partial();

/** @throws `invalid-argument` that names everything that is wrong */
export function settingsOf(given: GcsOptions): Settings {
  const checks = new OptionChecks('GCS');
  const options = checks.typed(GCS_SCHEMA, given);
  const check = checks.check.bind(checks);
  const partSize = options.partSize ?? DEFAULT_PART_SIZE;
  const checksum = options.checksum ?? 'crc32c';
  const upload = options.upload ?? 'session';

  check(isBucketName(options.bucket), 'bucket: must be the name of a bucket');
  const common = commonSettings(checks, options, partSize, {
    objectSize: MAX_OBJECT_SIZE,
    singleSize: MAX_SINGLE_SIZE,
    timeToLive: WEEK,
  });
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
  check(isHeaderValue(options.storageClass), 'storageClass: printable ASCII');
  check(isHeaderValue(options.kmsKeyName), 'kmsKeyName: printable ASCII');
  check(isHeaderValue(options.userProject), 'userProject: id of a project');
  checkIdentity(options, check);
  checks.end();
  return {
    ...common,
    bucket: options.bucket,
    storageClass: options.storageClass ?? null,
    kmsKeyName: options.kmsKeyName ?? null,
    checksum,
    upload,
    partSize,
    origin: options.origin ?? null,
    userProject: options.userProject ?? null,
  };
}
