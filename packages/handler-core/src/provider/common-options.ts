import { cleanPrefix } from '../naming/object-key.ts';
import type { Clock, RandomPort } from '../ports/ports.ts';
import { systemRandom } from '../ports/system.ts';
import { type CacheControl, isCacheControl } from './cache-control.ts';
import { isBaseUrl, isPrefix, isWhole, type OptionChecks } from './option-checks.ts';
import { MINUTE, SECOND } from './units.ts';

/** Options that every provider takes. */
export interface CommonOptions {
  readonly prefix?: string;
  readonly publicUrl?: string;
  readonly maxSize?: number;
  readonly singleUpTo?: number;
  readonly timeToLive?: number;
  readonly cacheControl?: CacheControl;
  readonly clock?: Pick<Clock, 'now'>;
  readonly random?: RandomPort;
}

/** The same with every default in place. */
export interface CommonSettings {
  /** With no slash at its ends; may be empty. */
  readonly prefix: string;
  readonly publicUrl: string | null;
  readonly maxSize: number;
  readonly singleUpTo: number;
  readonly timeToLive: number;
  readonly cacheControl: CacheControl | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomPort;
}

/** What a store allows, in bytes and milliseconds. */
export interface CommonLimits {
  readonly objectSize: number;
  readonly singleSize: number;
  readonly timeToLive: number;
}

const DEFAULT_PREFIX = 'mesibo';
const DEFAULT_TIME_TO_LIVE: number = 15 * MINUTE;

/** Checks the options that every provider takes, and gives them their defaults. `singleUpTo` is by default `partSize`. */
export function commonSettings(
  checks: OptionChecks,
  options: CommonOptions,
  partSize: number,
  limits: CommonLimits,
): CommonSettings {
  const {
    prefix = DEFAULT_PREFIX,
    publicUrl,
    maxSize = limits.objectSize,
    singleUpTo = Math.min(partSize, limits.singleSize),
    timeToLive = DEFAULT_TIME_TO_LIVE,
    cacheControl,
  } = options;
  const prefixIsGood = isPrefix(prefix);
  checks.check(prefixIsGood, 'prefix: letters, digits and . _ ~ = @ - between slashes');
  checks.check(isBaseUrl(publicUrl), 'publicUrl: an http or https URL with no user, query or fragment');
  checks.check(isWhole(singleUpTo, 0, limits.singleSize), `singleUpTo: 0 to ${limits.singleSize} bytes`);
  checks.check(isWhole(maxSize, 0, limits.objectSize), `maxSize: 0 to ${limits.objectSize} bytes`);
  checks.check(
    isWhole(timeToLive, SECOND, limits.timeToLive),
    `timeToLive: ${SECOND} to ${limits.timeToLive} milliseconds`,
  );
  checks.check(
    isCacheControl(cacheControl),
    'cacheControl: printable ASCII, or such by message, profile, thumbnail and other',
  );
  return {
    prefix: prefixIsGood ? cleanPrefix(prefix) : '',
    publicUrl: publicUrl ?? null,
    maxSize,
    singleUpTo: Math.min(singleUpTo, maxSize),
    timeToLive,
    cacheControl: cacheControl ?? null,
    clock: options.clock ?? { now: () => Date.now() },
    random: options.random ?? systemRandom,
  };
}
