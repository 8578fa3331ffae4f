import { RateLimiterMemory } from 'rate-limiter-flexible';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rateLimiter } from './rate-limiter.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a rate limiter', () => {
  it('lets each user have a share of each kind, and says when there is more', async () => {
    const limiter = rateLimiter({ upload: { requests: 2, per: 60_000 }, sign: { requests: 1, per: 60_000 } });
    expect(await limiter.take('upload:7')).toEqual({ allowed: true, retryAfter: 0 });
    expect(await limiter.take('upload:7')).toMatchObject({ allowed: true });
    vi.advanceTimersByTime(20_000);
    expect(await limiter.take('upload:7')).toEqual({ allowed: false, retryAfter: 40_000 });
    expect(await limiter.take('upload:8')).toMatchObject({ allowed: true });
    expect(await limiter.take('sign:7')).toMatchObject({ allowed: true });
    expect(await limiter.take('sign:7')).toMatchObject({ allowed: false });
    for (let time = 0; time < 9; time += 1) {
      expect(await limiter.take('download:7')).toMatchObject({ allowed: true });
    }
    vi.advanceTimersByTime(40_001);
    expect(await limiter.take('upload:7')).toMatchObject({ allowed: true });
  });

  it('is any of the library, for several processes', async () => {
    const shared = new RateLimiterMemory({ points: 1, duration: 60 });
    const [one, other] = [rateLimiter({ upload: shared }), rateLimiter({ upload: shared })];
    expect(await one.take('upload:7')).toMatchObject({ allowed: true });
    expect(await other.take('upload:7')).toMatchObject({ allowed: false });
  });

  it('has rates that make sense', () => {
    expect(() => rateLimiter({ upload: { requests: 0, per: 1000 }, sign: { requests: 1, per: 1 } })).toThrow(
      /upload.*sign/,
    );
  });
});
