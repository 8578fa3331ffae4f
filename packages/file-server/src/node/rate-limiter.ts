import { isWhole, OptionChecks, SECOND } from '@mesibo-files/handler-core/provider';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { RateDecision, RateKind, RateLimiter } from '../context/limits.ts';

/** The most requests of one user, or of one address, within a time. */
export interface Rate {
  readonly requests: number;
  /** In milliseconds, at least 1 s. */
  readonly per: number;
}

/** A rate that this process counts, or any limiter of rate-limiter-flexible: one on Redis, for several processes. */
export type RateSource = Rate | RateLimiterAbstract;

/** The limits. An operation that is left out has none. */
export type RateLimiterOptions = { readonly [Kind in RateKind]?: RateSource };
/** Where several processes count together. */
export interface SharedCounters {
  /** A client of ioredis. */
  readonly redis: object;
  /** What keys begin with. Default `mesibo-files`. */
  readonly prefix?: string;
}

/** Limits requests of each user, and of each address where no token proves one. @throws `invalid-argument` */
export function rateLimiter(options: RateLimiterOptions, shared?: SharedCounters): RateLimiter {
  const checks = new OptionChecks('Rate limiter');
  const limiters = new Map<string, RateLimiterAbstract>();
  for (const [kind, source] of Object.entries(options)) {
    if ('requests' in source) checkRate(checks, kind, source);
    limiters.set(kind, limiterOf(source, shared));
  }
  checks.end();
  return {
    async take(key) {
      const limiter = limiters.get(key.split(':', 1)[0] ?? '');
      return limiter === undefined ? ALLOWED : await take(limiter, key);
    },
  };
}

const ALLOWED: RateDecision = { allowed: true, retryAfter: 0 };

async function take(limiter: RateLimiterAbstract, key: string): Promise<RateDecision> {
  try {
    await limiter.consume(key);
    return ALLOWED;
  } catch (error) {
    if (error instanceof RateLimiterRes) return { allowed: false, retryAfter: error.msBeforeNext };
    throw error;
  }
}

function checkRate(checks: OptionChecks, kind: string, { requests, per }: Rate): void {
  const good = isWhole(requests, 1, 2 ** 31) && isWhole(per, SECOND, 2 ** 31);
  checks.check(good, `${kind}: 1 request or more, per 1 second or more in milliseconds`);
}

function limiterOf(source: RateSource, shared: SharedCounters | undefined): RateLimiterAbstract {
  if (!('requests' in source)) return source;
  const rules = { points: source.requests, duration: source.per / SECOND };
  const own = new RateLimiterMemory(rules);
  if (shared === undefined) return own;
  const { redis, prefix = 'mesibo-files' } = shared;
  // While Redis is away each process counts for itself.
  return new RateLimiterRedis({
    ...rules,
    storeClient: redis,
    keyPrefix: `${prefix}:rate`,
    insuranceLimiter: own,
    rejectIfRedisNotReady: true,
  });
}
