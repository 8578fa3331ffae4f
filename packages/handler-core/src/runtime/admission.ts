import { ORIGIN, type Origin } from '../contract/constants.ts';
import { TransferError } from '../errors/transfer-error.ts';

/**
 * When a transfer starts, waits in the queue, or is deferred (start answers false, and mesibo asks again later).
 * *Automatic* is what mesibo asks for by itself, with priority 0; what a person asked for is never deferred by these.
 */
export interface AdmissionOptions {
  /** Transfers at once in the process. At least 1, or `Infinity`. Default 4 (as in mesibo's Android samples). */
  readonly maxTransfers: number;
  /** How many of these lanes are kept for small files, so that a photo never waits behind four videos. From 0, default 1. */
  readonly smallLane: number;
  /**
   * How many of these lanes downloads of URLs that no signer owns may not use, so that slow servers of strangers can't hold
   * up all others. From 0, default 1.
   */
  readonly ownLane: number;
  /** Up to so many bytes a file is small. Default 5 MiB. A download whose size is not known is not small. */
  readonly smallFile: number;
  /** The app's preference "download media automatically" where there is no Wi-Fi. Asked at every start. Default true. */
  readonly autoDownload: boolean | (() => boolean);
  /** The same for uploads. Default true: the user has pressed send, and the upload is queued. */
  readonly autoUpload: boolean | (() => boolean);
  /** Origins whose messages are downloaded without being asked for. Default real time and pending. */
  readonly autoOrigins: readonly Origin[];
  /** Download links to elsewhere (`externalLink`) without being asked for. Default false. */
  readonly autoExternalLinks: boolean;
  /** Admit automatic transfers while `DISCONNECTED`; they wait for the network then. Default false. */
  readonly autoOffline: boolean;
  /**
   * Age of a message in milliseconds, up to which its file is downloaded without being asked for. From 0, default
   * `Infinity`. A message without a time (`ts` 0) counts as new.
   */
  readonly maxAge: number;
  /** With so many uploads under way or queued, a further automatic one is deferred. From 0, default `Infinity`. */
  readonly maxAutoUploads: number;
  /** The same for downloads where there is no Wi-Fi. From 0, default `Infinity`. */
  readonly maxMeteredDownloads: number;
  /** What to do with a URL that is not http(s): let the handler try (default), or defer it, whoever asked. */
  readonly relativeUrls: 'admit' | 'defer';
}

export const DEFAULT_ADMISSION: AdmissionOptions = {
  maxTransfers: 4,
  smallLane: 1,
  ownLane: 1,
  smallFile: 5 * 1024 * 1024,
  autoDownload: true,
  autoUpload: true,
  autoOrigins: [ORIGIN.REALTIME, ORIGIN.PENDING],
  autoExternalLinks: false,
  autoOffline: false,
  maxAge: Number.POSITIVE_INFINITY,
  maxAutoUploads: Number.POSITIVE_INFINITY,
  maxMeteredDownloads: Number.POSITIVE_INFINITY,
  relativeUrls: 'admit',
};

/** @throws `invalid-argument` that names every setting out of its bounds */
export function checkAdmission(options: AdmissionOptions): AdmissionOptions {
  const mistakes: string[] = [];
  const { maxTransfers, smallLane, ownLane } = options;
  if (!(isCount(maxTransfers) && maxTransfers >= 1)) mistakes.push('maxTransfers must be at least 1');
  if (!Number.isInteger(smallLane) || smallLane < 0) mistakes.push('smallLane must be at least 0');
  if (!Number.isInteger(ownLane) || ownLane < 0) mistakes.push('ownLane must be at least 0');
  for (const name of ['smallFile', 'maxAge'] as const)
    if (!(options[name] >= 0)) mistakes.push(`${name} must be at least 0`);
  for (const name of ['maxAutoUploads', 'maxMeteredDownloads'] as const)
    if (!isCount(options[name])) mistakes.push(`${name} must be a whole number from 0, or Infinity`);
  if (mistakes.length > 0) throw new TransferError('invalid-argument', mistakes.join('; '));
  return options;
}

function isCount(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= 0);
}

/** How many transfers of each direction were admitted and are not over: running or queued. */
export interface UnderWayCounts {
  readonly uploads: number;
  readonly downloads: number;
}

/** Counts the transfers of a process. A promise settles once, so whoever is counted is counted out, however it ends. */
export class UnderWay implements UnderWayCounts {
  #uploads = 0;
  #downloads = 0;

  get uploads(): number {
    return this.#uploads;
  }

  get downloads(): number {
    return this.#downloads;
  }

  /** Counts until the promise settles, whichever way. */
  count(upload: boolean, over: Promise<unknown>): void {
    this.#add(upload, 1);
    const leave = upload ? this.#uploadOver : this.#downloadOver;
    over.then(leave, leave);
  }

  readonly #uploadOver = (): void => this.#add(true, -1);
  readonly #downloadOver = (): void => this.#add(false, -1);

  #add(upload: boolean, one: 1 | -1): void {
    if (upload) this.#uploads += one;
    else this.#downloads += one;
  }
}
