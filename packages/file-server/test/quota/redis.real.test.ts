import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { rateLimiter } from '../../src/node/rate-limiter.ts';
import { redisQuotas } from '../../src/quota/redis.ts';
import { describeQuotas } from './describe-quotas.ts';

const { REDIS_ENDPOINT } = process.env;
if (REDIS_ENDPOINT === undefined) throw new Error('There is no Redis to test against: set REDIS_ENDPOINT.');

/** Those of two processes. */
const connections = [new Redis(REDIS_ENDPOINT), new Redis(REDIS_ENDPOINT)] as const;
afterAll(async () => {
  for (const connection of connections) await connection.quit();
});

describe('quotas in Redis', () => {
  describeQuotas((rules) => {
    const prefix = crypto.randomUUID();
    const [one, other] = connections;
    return { one: redisQuotas(one, rules, prefix), other: redisQuotas(other, rules, prefix) };
  });

  it('leave no key behind when their time is over', async () => {
    const prefix = crypto.randomUUID();
    const [redis] = connections;
    const quotas = redisQuotas(redis, { bytes: 10, per: 60_000 }, prefix);
    const holding = { user: 'uid:7', id: 'a' };
    const now = Date.now();
    await quotas.reserve({ ...holding, bytes: 1, until: now + 60_000 }, now);
    await quotas.reserve({ user: 'uid:7', id: 'b', bytes: 1, until: now + 60_000 }, now);
    await quotas.settle(holding, 1, now);
    const keys = await redis.keys(`${prefix}*`);
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      const left = await redis.pttl(key);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(60_001);
    }
  });
});

describe('rates in Redis', () => {
  it('are shared by processes', async () => {
    const keyPrefix = crypto.randomUUID();
    const limiters = connections.map((redis) =>
      rateLimiter({ sign: { requests: 3, per: 60_000 } }, { redis, prefix: keyPrefix }),
    );
    const taken: boolean[] = [];
    for (const limiter of [...limiters, ...limiters]) {
      const { allowed, retryAfter } = await limiter.take('sign:uid:7');
      taken.push(allowed);
      expect(retryAfter > 0).toBe(!allowed);
    }
    expect(taken).toEqual([true, true, true, false]);
  });

  it('are counted by each process while Redis is away', async () => {
    const away = new Redis({ port: 1, lazyConnect: true, retryStrategy: () => null });
    const limiter = rateLimiter({ sign: { requests: 1, per: 60_000 } }, { redis: away });
    expect(await limiter.take('sign:uid:7')).toMatchObject({ allowed: true });
    expect(await limiter.take('sign:uid:7')).toMatchObject({ allowed: false });
    away.disconnect();
  });
});
