import { MINUTE } from '@mesibo-files/handler-core/provider';
import type { QuotaDecision, QuotaRules, Quotas } from '../context/quotas.ts';
import { MOST_HELD, quotaLimits } from './rules.ts';

interface Account {
  /** Number of the period that is counted. */
  period: number;
  bytes: number;
  files: number;
  readonly held: Map<string, { readonly bytes: number; readonly until: number }>;
}

/** Counts in this process: right for one that serves alone. @throws `invalid-argument` */
export function memoryQuotas(rules: QuotaRules): Quotas {
  const { bytes: mostBytes, files: mostFiles, per } = quotaLimits(rules);
  const accounts = new Map<string, Account>();
  let swept = 0;

  const refresh = (account: Account, now: number): void => {
    const period = Math.floor(now / per);
    if (period !== account.period) Object.assign(account, { period, bytes: 0, files: 0 });
    for (const [id, { until }] of account.held) if (until <= now) account.held.delete(id);
  };
  /** Accounts of which nothing counts any more are forgotten, so that memory follows who is there. */
  const sweep = (now: number): void => {
    if (now - swept < MINUTE) return;
    swept = now;
    for (const [user, account] of accounts) {
      refresh(account, now);
      if (account.held.size === 0 && account.files === 0) accounts.delete(user);
    }
  };
  return {
    async reserve({ user, id, bytes, until }, now): Promise<QuotaDecision> {
      sweep(now);
      const account = accounts.get(user) ?? { period: 0, bytes: 0, files: 0, held: new Map() };
      refresh(account, now);
      const others = [...account.held].filter(([other]) => other !== id).map(([, held]) => held.bytes);
      const wanted = others.reduce((sum, each) => sum + each, account.bytes + bytes);
      const tooMany = account.files + others.length + 1 > mostFiles || others.length >= MOST_HELD;
      if (wanted > mostBytes || tooMany) {
        return { allowed: false, retryAfter: per - (now % per) };
      }
      accounts.set(user, account);
      account.held.set(id, { bytes, until });
      return { allowed: true, retryAfter: 0 };
    },
    async settle({ user, id }, bytes, now) {
      const account = accounts.get(user);
      if (account === undefined) return;
      refresh(account, now);
      if (!account.held.delete(id)) return;
      account.bytes += bytes;
      account.files += 1;
    },
    async release({ user, id }) {
      accounts.get(user)?.held.delete(id);
    },
  };
}
