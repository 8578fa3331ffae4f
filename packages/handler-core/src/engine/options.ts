import { TransferError } from '../errors/transfer-error.ts';

/** How one transfer moves its bytes. All have defaults: see {@link DEFAULT_TRANSFER_LIMITS}. */
export interface TransferLimits {
  /** Parts, or ranges of a download, on the way at once. 1 to 16, default 4. */
  readonly concurrency: number;
  /** Memory for part buffers of one transfer, in bytes; concurrency gives way to it. At least one part is always held. Default 64 MiB. */
  readonly bufferMemory: number;
  /** Bytes handed to a socket at once. Default 512 KiB: 64 KiB doubles the cost. */
  readonly sliceSize: number;
  /** Bytes of one range of a download. Default 8 MiB. */
  readonly rangeSize: number;
  /** No byte moved for so many milliseconds: the request is given up and sent again. Default 30,000. */
  readonly stallAfter: number;
  /** The whole body was sent, and no answer came for so many milliseconds. Default 60,000. */
  readonly answerWithin: number;
  /** Attempts at one request that fail with nothing moved in between, before the transfer fails. Default 8. */
  readonly attempts: number;
  /** First pause before a retry, in milliseconds; it doubles each time, and a random share of it is waited. Default 300. */
  readonly retryBase: number;
  /** The longest pause before a retry, in milliseconds. Default 30,000. A Retry-After of the store may be longer. */
  readonly retryCap: number;
  /** The longest Retry-After that is obeyed, in milliseconds; a longer one fails the transfer as `throttled`. Default 300,000. */
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
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const DEFAULT_TRANSFER_LIMITS: TransferLimits = {
  concurrency: 4,
  bufferMemory: 64 * MiB,
  sliceSize: 512 * KiB,
  rangeSize: 8 * MiB,
  stallAfter: 30_000,
  answerWithin: 60_000,
  attempts: 8,
  retryBase: 300,
  retryCap: 30_000,
  retryAfterMost: 300_000,
  offlineFor: 600_000,
  pendingFor: 120_000,
  maxStreamSize: 5 * 1024 * MiB,
};

/** The least and the most of each limit. */
const BOUNDS: Readonly<Record<keyof TransferLimits, readonly [least: number, most: number]>> = {
  concurrency: [1, 16],
  bufferMemory: [1, 16 * 1024 * MiB],
  sliceSize: [1, 64 * MiB],
  rangeSize: [1, 1024 * MiB],
  stallAfter: [1, 3_600_000],
  answerWithin: [1, 3_600_000],
  attempts: [1, 1000],
  retryBase: [0, 3_600_000],
  retryCap: [0, 3_600_000],
  retryAfterMost: [0, 86_400_000],
  offlineFor: [0, 86_400_000],
  pendingFor: [0, 86_400_000],
  maxStreamSize: [0, Number.MAX_SAFE_INTEGER],
};

/** @throws `invalid-argument` that names every limit out of its bounds */
export function checkLimits(limits: TransferLimits): TransferLimits {
  const wrong = (Object.keys(BOUNDS) as (keyof TransferLimits)[]).filter((name) => {
    const [least, most] = BOUNDS[name];
    return !(limits[name] >= least && limits[name] <= most);
  });
  if (wrong.length === 0) return limits;
  const list = wrong
    .map((name) => `${name} must be from ${BOUNDS[name][0]} to ${BOUNDS[name][1]}`)
    .join('; ');
  throw new TransferError('invalid-argument', list);
}
