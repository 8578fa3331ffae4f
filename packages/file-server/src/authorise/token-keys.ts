import type { OptionChecks } from '@mesibo-files/handler-core/provider';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';

/** A secret that both the backend and this server know. */
export interface TokenSecret {
  /** The token's `kid`: 1 to 32 of `A-Z a-z 0-9 . _ -`. */
  readonly id: string;
  /** At least 32 bytes, random; text is taken as UTF-8. */
  readonly secret: string | Uint8Array;
}

/** Tokens signed by HMAC-SHA-256 (`HS256`). A token that names no `kid` is checked with the first secret. */
export interface SecretKeys {
  readonly secrets: readonly [TokenSecret, ...TokenSecret[]];
}

/** Algorithms with a public key. */
export type PublicAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

/** Tokens signed with a private key that this server does not have. */
export interface PublicKeys {
  /** The keys themselves, or the URL they are fetched from, and fetched again when one is missing. */
  readonly jwks: JSONWebKeySet | string;
  /** Which algorithms are accepted, whatever a token says. Default all four. */
  readonly algorithms?: readonly PublicAlgorithm[];
  /** Default: the platform's. */
  readonly fetch?: FetchImplementation;
}

export type TokenKeys = SecretKeys | PublicKeys;

/** What verifies a token. */
export interface Verification {
  readonly algorithms: readonly string[];
  readonly key: JWTVerifyGetKey;
}

const PUBLIC: readonly PublicAlgorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** Notes what is wrong with the keys. */
export function checkKeys(keys: TokenKeys, checks: OptionChecks): void {
  if ('secrets' in keys) {
    checks.check(keys.secrets.every(isTokenSecret), 'keys.secrets: an id, and a secret of at least 32 bytes');
    const ids = new Set(keys.secrets.map(({ id }) => id));
    checks.check(keys.secrets.length > 0 && ids.size === keys.secrets.length, 'keys.secrets: each id once');
    return;
  }
  const { jwks, algorithms = PUBLIC } = keys;
  checks.check(typeof jwks !== 'string' || URL.canParse(jwks), 'keys.jwks: a URL, or a set of keys');
  const known = algorithms.every((algorithm) => PUBLIC.includes(algorithm));
  checks.check(algorithms.length > 0 && known, `keys.algorithms: of ${PUBLIC.join(', ')}`);
}

/** Whether this can sign tokens. */
export function isTokenSecret({ id, secret }: TokenSecret): boolean {
  return /^[\w.-]{1,32}$/.test(id) && bytesOf(secret).byteLength >= 32;
}

export function bytesOf(secret: string | Uint8Array): Uint8Array {
  return typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
}

/** Algorithms are ours to choose, never the token's: a public key is no secret for HMAC, and `none` is no algorithm. */
export function verificationOf(keys: TokenKeys): Verification {
  if ('secrets' in keys) return { algorithms: ['HS256'], key: secretOf(keys) };
  const { jwks, algorithms = PUBLIC } = keys;
  return {
    algorithms,
    key: typeof jwks === 'string' ? remoteKeys(jwks, keys.fetch) : createLocalJWKSet(jwks),
  };
}

function secretOf({ secrets }: SecretKeys): JWTVerifyGetKey {
  return ({ kid }) => {
    const found = kid === undefined ? secrets[0] : secrets.find(({ id }) => id === kid);
    if (found === undefined) throw new errors.JWKSNoMatchingKey();
    return bytesOf(found.secret);
  };
}

function remoteKeys(url: string, fetch: FetchImplementation | undefined): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(url), fetch === undefined ? {} : { [customFetch]: fetch });
}
