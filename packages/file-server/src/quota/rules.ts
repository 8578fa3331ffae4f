import { DAY, isWhole, MINUTE, OptionChecks } from '@mesibo-files/handler-core/provider';
import type { QuotaRules } from '../context/quotas.ts';

/** Rules with their defaults. */
export interface QuotaLimits {
  readonly bytes: number;
  readonly files: number;
  readonly per: number;
}

/** Uploads of one user that may be open at once, whatever the rules: counting them takes time for each. */
export const MOST_HELD = 10_000;

/** @throws `invalid-argument` */
export function quotaLimits(rules: QuotaRules): QuotaLimits {
  const { bytes = Number.MAX_SAFE_INTEGER, files = Number.MAX_SAFE_INTEGER, per = DAY } = rules;
  const checks = new OptionChecks('Quota');
  checks.check(isWhole(bytes, 0, Number.MAX_SAFE_INTEGER), 'bytes: a whole number');
  checks.check(isWhole(files, 0, Number.MAX_SAFE_INTEGER), 'files: a whole number');
  checks.check(isWhole(per, MINUTE, 366 * DAY), 'per: 1 minute to 366 days, in milliseconds');
  checks.end();
  return { bytes, files, per };
}
