import {
  type Clock,
  cleanPrefix,
  isBaseUrl,
  isPrefix,
  isWhole,
  KIB,
  MIB,
  MINUTE,
  OptionChecks,
  type RandomPort,
  SECOND,
  webRandom,
} from '@mesibo-files/handler-core/provider';

/** The most parts of one upload. */
export const MAX_PARTS = 10_000;

/** The store takes no longer body. */
const MIN_PART_SIZE: number = 64 * KIB;
const MAX_PART_SIZE: number = 64 * MIB;

/** What {@link tinySigner} takes. */
export interface TinyOptions {
  readonly endpoint: string;
  readonly bucket: string;
  /** Signs requests. It never leaves this process. */
  readonly secret: string;
  /** What all keys begin with. Default `mesibo`. */
  readonly prefix?: string;
  /** Bytes of a part, from 64 KiB to 64 MiB; files up to this size go in one request. Default 8 MiB. */
  readonly partSize?: number;
  /** How long a signed request may be used, in milliseconds, from 1 second to 1 day. Default 15 minutes. */
  readonly timeToLive?: number;
  readonly clock?: Pick<Clock, 'now'>;
  readonly random?: RandomPort;
}

/** The options with every default in place, found valid. */
export interface Settings extends Required<TinyOptions> {
  /** The most bytes of one file. */
  readonly maxSize: number;
}

/** @throws `invalid-argument` that names every option that is wrong */
export function settingsOf(options: TinyOptions): Settings {
  const {
    endpoint,
    bucket,
    secret,
    prefix = 'mesibo',
    partSize = 8 * MIB,
    timeToLive = 15 * MINUTE,
  } = options;
  const checks = new OptionChecks('Tiny store');
  checks.check(isBaseUrl(endpoint), 'endpoint: an http or https URL with no user, query or fragment');
  checks.check(/^[a-z0-9-]{1,63}$/.test(bucket), 'bucket: lower-case letters, digits and hyphens');
  checks.check(secret !== '', 'secret: must not be empty');
  checks.check(isPrefix(prefix), 'prefix: letters, digits and . _ ~ = @ - between slashes');
  checks.check(isWhole(partSize, MIN_PART_SIZE, MAX_PART_SIZE), 'partSize: 64 KiB to 64 MiB');
  checks.check(isWhole(timeToLive, SECOND, 1440 * MINUTE), 'timeToLive: 1 second to 1 day');
  checks.end();
  return {
    endpoint,
    bucket,
    secret,
    prefix: cleanPrefix(prefix),
    partSize,
    timeToLive,
    maxSize: MAX_PARTS * MAX_PART_SIZE,
    clock: options.clock ?? { now: () => Date.now() },
    random: options.random ?? webRandom,
  };
}
