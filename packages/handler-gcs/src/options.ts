import type { Storage } from '@google-cloud/storage';
import type { CacheControl, Clock, RandomPort } from '@mesibo-files/handler-core/provider';

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
  readonly client?: never;
}

interface InjectedClientOptions {
  /** Your own client, with its endpoint and credentials. A wrong device clock is then not corrected when it fetches tokens. */
  readonly client: Storage;
  readonly endpoint?: never;
  readonly projectId?: never;
  readonly credentials?: never;
  readonly keyFilename?: never;
}

/** What {@link gcsSigner} takes. */
export type GcsOptions = GcsCommonOptions & (OwnClientOptions | InjectedClientOptions);
