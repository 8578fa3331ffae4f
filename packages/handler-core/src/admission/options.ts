import type { Origin } from '../contract/constants.ts';

/** When a transfer starts, waits in the queue, or is deferred (start answers false, and mesibo asks again later). */
export interface AdmissionOptions {
  /** Transfers at once in the process. At least 1, default 4. */
  readonly maxTransfers: number;
  /** Of these, how many are kept for small files, so that a photo never waits behind four videos. Default 1. */
  readonly smallLane: number;
  /** Up to so many bytes a file is small. Default 5 MiB. A download whose size is not known is not small. */
  readonly smallFile: number;
  /** The app's preference "download media automatically". Asked at every start. Default true. */
  readonly autoDownload: boolean | (() => boolean);
  /** Origins whose messages are downloaded without being asked for. Default real time and pending. */
  readonly autoOrigins: readonly Origin[];
  /** Download links to elsewhere (`externalLink`) without being asked for. Default false. */
  readonly autoExternalLinks: boolean;
  /** Let a user's own start (priority > 0) go ahead for a download that `cancel(false)` blocked. Default false. */
  readonly userUnblocks: boolean;
}
