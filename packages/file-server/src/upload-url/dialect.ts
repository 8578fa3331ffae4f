import type { Problem } from '../http/problem.ts';
import type { UploadFields } from './fields.ts';

/** How answers are written. */
export interface Dialect {
  readonly stored: (url: string, fields: UploadFields, now: number) => unknown;
  readonly failed: (problem: Pick<Problem, 'code' | 'message'>) => unknown;
}

/** `{"result":true,"url":…}`; what a failure says beside `result` is ours, since mesibo documents nothing there. */
const CURRENT: Dialect = {
  stored: (url) => ({ result: true, url }),
  failed: ({ code, message }) => ({ result: false, error: code, message }),
};

/** Error codes of mesibo's own first server; the others have no name there. */
const LEGACY_CODES: Readonly<Record<string, string>> = {
  'field-missing': 'NOOP',
  'unknown-op': 'BADOP',
  unauthorised: 'AUTHFAIL',
  forbidden: 'AUTHFAIL',
  'no-file': 'MISSINGFILE',
};

/** The URL stands under `file`, and results are words. Times are in seconds. */
const LEGACY: Dialect = {
  stored: (url, { profile }, now) => ({
    op: 'upload',
    ts: Math.floor(now / 1000),
    result: 'OK',
    file: url,
    profile: profile ? 1 : 0,
  }),
  failed: ({ code, message }) => ({
    op: 'upload',
    result: 'FAIL',
    error: LEGACY_CODES[code] ?? code,
    message,
  }),
};

export function dialectOf(name: 'current' | 'legacy' | undefined): Dialect {
  return name === 'legacy' ? LEGACY : CURRENT;
}
