import { memoryQuotas, redisQuotas } from '@mesibo-files/file-server';
import { type NodeFileServerOptions, rateLimiter } from '@mesibo-files/file-server/node';
import { MINUTE, SECOND } from '@mesibo-files/handler-core/provider';
import { Redis } from 'ioredis';
import type { ServeFlags } from './flags.ts';

/** Requests of one kind that one user, or one address, may make in a minute. */
const REQUESTS_PER_MINUTE = 6000;

/** What counts requests and bytes. */
export interface Counters {
  readonly options: Pick<NodeFileServerOptions, 'rateLimiter' | 'quotas'>;
  readonly close: () => Promise<void>;
}

/** Counts in this process, or in Redis for all replicas. `onError` is called when Redis is away; requests then pass uncounted. */
export function countersFor(flags: ServeFlags, onError: (error: unknown) => void): Counters {
  const {
    redis: url,
    uploadsPerMinute,
    requestsPerMinute = REQUESTS_PER_MINUTE,
    quotaBytes,
    quotaFiles,
  } = flags;
  const redis = url === undefined ? null : connect(url, onError);
  const requests = requestsPerMinute === 0 ? null : { requests: requestsPerMinute, per: MINUTE };
  const uploads = uploadsPerMinute === undefined ? requests : { requests: uploadsPerMinute, per: MINUTE };
  const rates = {
    ...(requests === null ? {} : { sign: requests, download: requests, remove: requests }),
    ...(uploads === null ? {} : { upload: uploads }),
  };
  const rules = { bytes: quotaBytes, files: quotaFiles };
  const counted = quotaBytes !== undefined || quotaFiles !== undefined;
  const quotas = redis === null ? memoryQuotas(rules) : redisQuotas(redis, rules);
  return {
    options: {
      rateLimiter: redis === null ? rateLimiter(rates) : rateLimiter(rates, { redis }),
      ...(counted ? { quotas } : {}),
    },
    close: async () => redis?.disconnect(),
  };
}

/** No request waits long for a Redis that does not answer. */
function connect(url: string, onError: (error: unknown) => void): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 1,
    commandTimeout: 2 * SECOND,
    connectTimeout: 5 * SECOND,
  });
  let told = false;
  redis.on('error', ({ message }: Error) => {
    // It says so at every attempt to connect. The URL may hold a password, and is not told.
    if (!told) onError(new Error(`Redis can not be reached: ${message}`));
    told = true;
  });
  redis.on('ready', () => {
    told = false;
  });
  return redis;
}
