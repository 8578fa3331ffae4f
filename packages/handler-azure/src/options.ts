import type { CacheControl, Clock, RandomPort } from '@mesibo-files/handler-core/provider';

/** The key of a storage account. */
export interface AzureAccountKey {
  readonly accountName: string;
  /** Base64, as the portal and `az storage account keys list` show it. */
  readonly accountKey: string;
}

/** What `@azure/identity` makes, as in `new DefaultAzureCredential()`; anything with this method will do. */
export interface AzureTokenCredential {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** An account's key, or an identity that may get user delegation keys. */
export type AzureCredentials = AzureAccountKey | AzureTokenCredential;

/** What every block goes up with and Azure compares as it arrives. */
export type AzureChecksum = 'crc64' | 'md5' | 'none';

/** Options of `azureSigner`. Only `container` is always required. */
export interface AzureOptions {
  /** Name of an existing container. */
  readonly container: string;
  /** Name of the storage account. Default: that of the credentials or the endpoint. */
  readonly account?: string;
  /**
   * The blob endpoint, as in `https://acme.blob.core.windows.net`; with the account in its path for Azurite. Default:
   * the connection string's, else that of `account` in the public cloud.
   */
  readonly endpoint?: string;
  /**
   * An account key, or a credential of `@azure/identity` (over https only). Default: `AZURE_STORAGE_CONNECTION_STRING`,
   * `AZURE_STORAGE_ACCOUNT` with `AZURE_STORAGE_KEY`, else `DefaultAzureCredential` where `@azure/identity` is installed.
   */
  readonly credentials?: AzureCredentials;
  /** A connection string with an account key; it replaces account, endpoint and credentials. */
  readonly connectionString?: string;
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
