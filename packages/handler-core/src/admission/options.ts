import { ORIGIN, type Origin } from '../contract/constants.ts';
import { TransferError } from '../errors/transfer-error.ts';

/** When a transfer starts, waits in the queue, or is deferred (start answers false, and mesibo asks again later). */
export interface AdmissionOptions {
  /** Transfers at once in the process. At least 1, default 4 (as in mesibo's Android samples). */
  readonly maxTransfers: number;
  /** Of these, how many are kept for small files, so that a photo never waits behind four videos. From 0, default 1. */
  readonly smallLane: number;
  /** Up to so many bytes a file is small. Default 5 MiB. A download whose size is not known is not small. */
  readonly smallFile: number;
  /** The app's preference "download media automatically". Asked at every start. Default true. */
  readonly autoDownload: boolean | (() => boolean);
  /** Origins whose messages are downloaded without being asked for. Default real time and pending. */
  readonly autoOrigins: readonly Origin[];
  /** Download links to elsewhere (`externalLink`) without being asked for. Default false. */
  readonly autoExternalLinks: boolean;
}

export const DEFAULT_ADMISSION: AdmissionOptions = {
  maxTransfers: 4,
  smallLane: 1,
  smallFile: 5 * 1024 * 1024,
  autoDownload: true,
  autoOrigins: [ORIGIN.REALTIME, ORIGIN.PENDING],
  autoExternalLinks: false,
};

/** @throws `invalid-argument` that names every setting out of its bounds */
export function checkAdmission(options: AdmissionOptions): AdmissionOptions {
  const mistakes: string[] = [];
  const { maxTransfers, smallLane, smallFile } = options;
  if (!(Number.isInteger(maxTransfers) && maxTransfers >= 1))
    mistakes.push('maxTransfers must be at least 1');
  if (!(Number.isInteger(smallLane) && smallLane >= 0)) mistakes.push('smallLane must be at least 0');
  if (!(smallFile >= 0)) mistakes.push('smallFile must be at least 0');
  if (mistakes.length > 0) throw new TransferError('invalid-argument', mistakes.join('; '));
  return options;
}
