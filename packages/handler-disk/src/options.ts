import type { Clock, RandomPort } from '@mesibo-files/handler-core';
import type { CacheControl } from '@mesibo-files/handler-core/provider';

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
