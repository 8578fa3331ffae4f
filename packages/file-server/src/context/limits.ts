import { GIB, KIB, MIB, MINUTE, SECOND } from '@mesibo-files/handler-core/provider';

/** Bounds of what a client may ask for. */
export interface Limits {
  /** The most bytes of one file. Default 5 GiB. */
  readonly maxFileSize: number;
  /** The most bytes of a body that is JSON. Default 1 MiB. */
  readonly maxJsonSize: number;
  /** Form fields in one upload, the file not counted. Default 32. */
  readonly maxFields: number;
  /** Bytes of one form field. Default 8 KiB. */
  readonly maxFieldSize: number;
  /** Bytes of all headers of a request (431 above it). Default 16 KiB. */
  readonly maxHeaderSize: number;
  /** Uploads by the upload URL at once, over all users. Default 256. */
  readonly maxUploads: number;
  /**
   * Bytes of memory that all these uploads hold together, the process itself not counted (some 100 MiB). With the store
   * in this process 1 MiB for each of `maxUploads`; else half of that, and of the rest 18 MiB for each that is sent in
   * parts at the moment: what finds no place there waits in a temporary file. Settings that can't fit are refused.
   * Default 256 MiB.
   */
  readonly uploadMemory: number;
  /**
   * Milliseconds that an upload waits for one of these to end, with its body not read, before it is refused. 0: it is
   * refused at once. Default 5 s.
   */
  readonly uploadQueueFor: number;
  /** Uploads that wait so at once. Default 1,000. */
  readonly maxQueuedUploads: number;
  /**
   * Milliseconds that an upload by the upload URL waits for `onStored` to decide, since its client can't ask again; then
   * it is answered 503, and what waits is removed. Default 25 s.
   */
  readonly uploadPendingFor: number;
  /** Connections at once; more are closed at once. Default 10,000. */
  readonly maxConnections: number;
  /** Milliseconds for the headers of a request to come. Default 15 s. */
  readonly headersTimeout: number;
  /** Milliseconds that a connection is kept for the next request. Default 60 s. */
  readonly keepAliveTimeout: number;
  /** Milliseconds in which the body of an upload must move, and any other body must have come. Default 60 s. */
  readonly idleTimeout: number;
  /** Milliseconds for one upload in all; 0 for no bound. Default 6 hours. */
  readonly requestTimeout: number;
  /** Milliseconds that a shutdown waits for what runs. Default 30 s. */
  readonly shutdownTimeout: number;
  /** Bytes that may wait in temporary files, over all uploads, for fields that come after their file. Default 16 GiB. */
  readonly maxSpool: number;
  /**
   * The most bytes of a file that comes before it is known who sends it: before its fields, and with no good token in the
   * Authorization header. Default 8 MiB.
   */
  readonly maxStrangerSize: number;
  /** Bytes of all such files of one address at once. Default 32 MiB. */
  readonly maxStrangerSpool: number;
  /** Bytes of all such files at once. Default 256 MiB. */
  readonly maxStrangersSpool: number;
  /** Bytes a second that such a file must come with, after its first 10 s; 0 for no bound. Default 1 KiB. */
  readonly minStrangerRate: number;
  /**
   * Bytes that are still read of a refused upload, for 30 s at most, so that a client which sends first sees why. Default
   * 1 GiB.
   */
  readonly maxLingerSize: number;
  /** Refused uploads of strangers that are read so at once, an eighth of them for each address. Default 512. */
  readonly maxStrangerLingers: number;
  /**
   * Milliseconds for which an upload by signing goes on with the token it was authorised by; then the owner is asked
   * again. 0: at each request. Default 15 minutes.
   */
  readonly authorisedFor: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxFileSize: 5 * GIB,
  maxJsonSize: 1024 * KIB,
  maxFields: 32,
  maxFieldSize: 8 * KIB,
  maxHeaderSize: 16 * KIB,
  maxUploads: 256,
  uploadMemory: 256 * MIB,
  uploadQueueFor: 5 * SECOND,
  maxQueuedUploads: 1_000,
  uploadPendingFor: 25 * SECOND,
  maxConnections: 10_000,
  headersTimeout: 15 * SECOND,
  keepAliveTimeout: 60 * SECOND,
  idleTimeout: 60 * SECOND,
  requestTimeout: 360 * MINUTE,
  shutdownTimeout: 30 * SECOND,
  maxSpool: 16 * GIB,
  maxStrangerSize: 8 * MIB,
  maxStrangerSpool: 32 * MIB,
  maxStrangersSpool: 256 * MIB,
  minStrangerRate: KIB,
  maxLingerSize: GIB,
  maxStrangerLingers: 512,
  authorisedFor: 15 * MINUTE,
};

/**
 * Kinds of requests that have rates of their own. `upload`: by the upload URL. `sign`: to begin, sign, resume, commit and
 * discard. `download`: for a file, or to read where it is. `remove`: to remove one.
 */
export type RateKind = 'upload' | 'sign' | 'download' | 'remove';

/** How often somebody may ask. Give your own to share it between processes. */
export interface RateLimiter {
  /**
   * Takes one of the caller's requests. `key` is `<kind>:uid:<uid>` where a token proves who asks, else
   * `<kind>:address:<address>`.
   */
  take(key: string): Promise<RateDecision>;
}

export interface RateDecision {
  readonly allowed: boolean;
  /** Milliseconds until it is worth asking again; 0 when allowed. */
  readonly retryAfter: number;
}
