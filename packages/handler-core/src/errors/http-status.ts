import type { ErrorCode } from './codes.ts';

const BY_STATUS: readonly (readonly [first: number, last: number, error: ErrorCode])[] = [
  [200, 399, 'bad-answer'],
  [401, 401, 'unauthorised'],
  [403, 403, 'access-denied'],
  [404, 404, 'object-not-found'],
  [408, 408, 'timeout'],
  [413, 413, 'file-too-large'],
  [429, 429, 'throttled'],
  [503, 503, 'throttled'],
  [507, 507, 'quota-exceeded'],
  [500, 599, 'server-error'],
  [400, 499, 'store-refused'],
];

/** The error of a failed request of which nothing is known but its HTTP status. */
export function codeOfStatus(status: number): ErrorCode {
  return BY_STATUS.find(([first, last]) => status >= first && status <= last)?.[2] ?? 'bad-answer';
}
