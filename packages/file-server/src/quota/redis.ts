import type { QuotaRules, Quotas } from '../context/quotas.ts';
import { MOST_HELD, quotaLimits } from './rules.ts';

/** The methods needed of a Redis client; ioredis has them. */
export interface RedisScripts {
  eval(script: string, keys: number, ...given: (string | number)[]): Promise<unknown>;
}

/*
 * Keys of a user, in one slot of a cluster: `…:{user}:held`, a sorted set of reservations by when they lapse, each
 * `<id> <bytes>`; and `…:{user}:<period>`, a hash of what is settled in a period, which expires with it.
 *
 * KEYS of each script: held, settled.
 */

/** ARGV: now, id, bytes, until, most bytes, most files, milliseconds that the key is kept */
const RESERVE = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if redis.call('ZCARD', KEYS[1]) > ${MOST_HELD} then return 0 end
local bytes = tonumber(redis.call('HGET', KEYS[2], 'bytes') or '0') + tonumber(ARGV[3])
local files = tonumber(redis.call('HGET', KEYS[2], 'files') or '0') + 1
local own = false
for _, entry in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local id, held = string.match(entry, '^(%S+) (%d+)$')
  if id == ARGV[2] then own = entry else
    bytes = bytes + tonumber(held)
    files = files + 1
  end
end
if bytes > tonumber(ARGV[5]) or files > tonumber(ARGV[6]) then return 0 end
if own then redis.call('ZREM', KEYS[1], own) end
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[2] .. ' ' .. ARGV[3])
local kept = redis.call('PTTL', KEYS[1])
if kept < tonumber(ARGV[7]) then redis.call('PEXPIRE', KEYS[1], ARGV[7]) end
return 1`;

/** ARGV: id, bytes or an empty text for none, milliseconds that the settled are kept */
const END = `
for _, entry in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if string.match(entry, '^(%S+) ') == ARGV[1] then
    redis.call('ZREM', KEYS[1], entry)
    if ARGV[2] ~= '' then
      redis.call('HINCRBY', KEYS[2], 'bytes', ARGV[2])
      redis.call('HINCRBY', KEYS[2], 'files', 1)
      redis.call('PEXPIRE', KEYS[2], ARGV[3])
    end
    return 1
  end
end
return 0`;

/**
 * Counts in Redis or Valkey, for all replicas of a server. Each step is one script, so that replicas never let through
 * together what one of them would refuse. `prefix`: what keys begin with. @throws `invalid-argument`
 */
export function redisQuotas(redis: RedisScripts, rules: QuotaRules, prefix: string = 'mesibo-files'): Quotas {
  const { bytes: mostBytes, files: mostFiles, per } = quotaLimits(rules);
  const keysOf = (user: string, now: number): [string, string] => {
    const own = `${prefix}:quota:{${user}}`;
    return [`${own}:held`, `${own}:${Math.floor(now / per)}`];
  };
  return {
    async reserve({ user, id, bytes, until }, now) {
      const left = per - (now % per);
      const kept = Math.max(1, Math.ceil(until - now));
      const given = [Math.floor(now), id, bytes, Math.floor(until), mostBytes, mostFiles, kept];
      const allowed = (await redis.eval(RESERVE, 2, ...keysOf(user, now), ...given)) === 1;
      return { allowed, retryAfter: allowed ? 0 : left };
    },
    async settle({ user, id }, bytes, now) {
      await redis.eval(END, 2, ...keysOf(user, now), id, bytes, Math.ceil(per - (now % per)) + 1);
    },
    async release({ user, id }) {
      await redis.eval(END, 2, ...keysOf(user, 0), id, '', 0);
    },
  };
}
