import { isBaseUrl, isWhole, MINUTE, OptionChecks, trimEnd } from '@mesibo-files/handler-core/provider';
import type { RemoteOptions } from './options.ts';

/** Options with every default in place, found valid. */
export interface Settings {
  /** With no slash at its end. */
  readonly baseUrl: string;
  /** What file URLs begin with. */
  readonly fileBase: string;
  readonly token: () => string | Promise<string>;
  readonly timeout: number;
  readonly fetch: NonNullable<RemoteOptions['fetch']>;
}

/** @throws `invalid-argument` that names everything that is wrong */
export function settingsOf({ baseUrl, token, timeout = MINUTE, fetch: given }: RemoteOptions): Settings {
  const checks = new OptionChecks('Remote');
  checks.check(
    typeof baseUrl === 'string' && isBaseUrl(baseUrl),
    'baseUrl: an http or https URL with no user, query or fragment',
  );
  checks.check(
    typeof token === 'function' || isToken(token),
    'token: printable ASCII with no space, or a function that answers it',
  );
  checks.check(isWhole(timeout, 1, 60 * MINUTE), 'timeout: 1 to 3,600,000 milliseconds');
  checks.check(given === undefined || typeof given === 'function', 'fetch: a function');
  checks.end();
  const { origin, pathname } = new URL(baseUrl);
  const base = origin + trimEnd(pathname, '/');
  return {
    baseUrl: base,
    fileBase: `${base}/files`,
    token: typeof token === 'function' ? token : () => token,
    timeout,
    // Looked up at each call, and called as a plain function: browsers refuse it as a method of anything else.
    fetch: given ?? ((url, request) => fetch(url, request)),
  };
}

/** Whether this can stand in an Authorization header. */
export function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);
}
