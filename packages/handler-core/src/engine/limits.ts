import { TransferError } from '../errors/transfer-error.ts';

/** How one transfer moves its bytes. All have defaults: see {@link DEFAULT_TRANSFER_LIMITS}. */
export interface TransferLimits {
  /**
   * The most parts, or ranges of downloads, on the way at once. 1 to 16, default 16. How many of them are used follows the
   * link, over all transfers of the runtime; see {@link pacing}.
   */
  readonly concurrency: number;
  /**
   * `adaptive` (default): as many parts at once as the link gains from, by measured throughput, beginning with 4, over
   * all transfers of the runtime; each transfer has one at least. `fixed`: `concurrency` parts for each transfer.
   */
  readonly pacing: 'adaptive' | 'fixed';
  /**
   * Memory for the buffers of parts, in bytes, over all transfers of the runtime; concurrency gives way to it. One part
   * is always held, whatever its size. Default 64 MiB.
   */
  readonly bufferMemory: number;
  /** The most bytes handed to a socket at once; fewer on a slow link. Default 512 KiB: 64 KiB doubles the cost. */
  readonly sliceSize: number;
  /** The most bytes of one range of a download; a smaller file has smaller ones. Default 8 MiB. */
  readonly rangeSize: number;
  /**
   * No byte moved for so many milliseconds: the request is given up and sent again. Default 30,000. While a body is sent it
   * is longer by what the link needs for the bytes that the system has buffered, up to five times as long.
   */
  readonly stallAfter: number;
  /**
   * The whole body was handed over, and no answer came for so many milliseconds: likewise. Default 60,000, and longer in
   * the same way.
   */
  readonly answerWithin: number;
  /**
   * A transfer with priority 0 fails when it made no progress for so many milliseconds. Time with no network is not
   * counted. From 0 (never try again), default 900,000: 15 minutes.
   */
  readonly patience: number;
  /** The same for one that a person waits for (priority above 0). Default 120,000: 2 minutes. */
  readonly userPatience: number;
  /** Attempts at one request with no progress in between, whatever the time. From 1, default `Infinity`. */
  readonly attempts: number;
  /** First pause before a retry, in milliseconds; it doubles each time, and a random share of it is waited. Default 300. */
  readonly retryBase: number;
  /** The longest pause before a retry, in milliseconds. Default 30,000. A Retry-After of the store may be longer. */
  readonly retryCap: number;
  /**
   * The longest Retry-After that is obeyed, in milliseconds. One that is longer, also than the patience that is left,
   * fails the transfer as `throttled`. Default 300,000.
   */
  readonly retryAfterMost: number;
  /** How long a transfer waits for the network to come back, in milliseconds, before it fails as `offline`. Default 600,000. */
  readonly offlineFor: number;
  /**
   * How long a transfer waits for a server that is still checking the complete file, in milliseconds, before it fails as
   * `commit-pending`; the next start asks again. Default 120,000.
   */
  readonly pendingFor: number;
  /** The most bytes of a stream of unknown length. Default 5 GiB. */
  readonly maxStreamSize: number;
  /** The most bytes of a download through a signer; a larger file fails as `file-too-large`. Default 5 GiB. */
  readonly maxDownloadSize: number;
  /** The same for a URL that no signer owns. Default 100 MiB. */
  readonly maxForeignSize: number;
  /**
   * The slowest that the server of a URL may be that no signer owns, in bytes a second over a minute; a slower one fails
   * as `too-slow`. 0: any. Default 1024.
   */
  readonly minForeignSpeed: number;
}

/** Over so many milliseconds the speed of a foreign URL is measured. */
export const SPEED_MEASURED_OVER: number = 60_000;

const KiB = 1024;
const MiB = 1024 * KiB;

export const DEFAULT_TRANSFER_LIMITS: TransferLimits = {
  concurrency: 16,
  pacing: 'adaptive',
  bufferMemory: 64 * MiB,
  sliceSize: 512 * KiB,
  rangeSize: 8 * MiB,
  stallAfter: 30_000,
  answerWithin: 60_000,
  patience: 900_000,
  userPatience: 120_000,
  attempts: Number.POSITIVE_INFINITY,
  retryBase: 300,
  retryCap: 30_000,
  retryAfterMost: 300_000,
  offlineFor: 600_000,
  pendingFor: 120_000,
  maxStreamSize: 5 * 1024 * MiB,
  maxDownloadSize: 5 * 1024 * MiB,
  maxForeignSize: 100 * MiB,
  minForeignSpeed: 1024,
};

/** The least and the most of each limit. */
const BOUNDS: Readonly<
  Record<Exclude<keyof TransferLimits, 'pacing'>, readonly [least: number, most: number]>
> = {
  concurrency: [1, 16],
  bufferMemory: [1, 16 * 1024 * MiB],
  sliceSize: [1, 64 * MiB],
  rangeSize: [1, 1024 * MiB],
  stallAfter: [1, 3_600_000],
  answerWithin: [1, 3_600_000],
  patience: [0, 86_400_000],
  userPatience: [0, 86_400_000],
  attempts: [1, Number.POSITIVE_INFINITY],
  retryBase: [0, 3_600_000],
  retryCap: [0, 3_600_000],
  retryAfterMost: [0, 86_400_000],
  offlineFor: [0, 86_400_000],
  pendingFor: [0, 86_400_000],
  maxStreamSize: [0, Number.MAX_SAFE_INTEGER],
  maxDownloadSize: [0, Number.MAX_SAFE_INTEGER],
  maxForeignSize: [0, Number.MAX_SAFE_INTEGER],
  minForeignSpeed: [0, Number.MAX_SAFE_INTEGER],
};

/** @throws `invalid-argument` that names every limit out of its bounds */
export function checkLimits(limits: TransferLimits): TransferLimits {
  const names = Object.keys(BOUNDS) as (keyof typeof BOUNDS)[];
  const wrong = names
    .filter((name) => !(limits[name] >= BOUNDS[name][0] && limits[name] <= BOUNDS[name][1]))
    .map((name) => `${name} must be from ${BOUNDS[name][0]} to ${BOUNDS[name][1]}`);
  if (limits.pacing !== 'adaptive' && limits.pacing !== 'fixed') {
    wrong.push('pacing must be adaptive or fixed');
  }
  if (wrong.length === 0) return limits;
  throw new TransferError('invalid-argument', wrong.join('; '));
}
