import { type Clock, isWhole, MINUTE, OptionChecks, SECOND } from '@mesibo-files/handler-core/provider';
import { errors, jwtVerify } from 'jose';
import type {
  Authorise,
  AuthoriseRequest,
  Credential,
  Decision,
  EarlyDecision,
  EarlyRequest,
} from '../context/authorise.ts';
import { checkNames } from '../context/known-names.ts';
import { webClock } from '../context/web-clock.ts';
import { type DownloadPolicy, forbid, isOpen, mayBeOpen, signIn } from './policy.ts';
import { mayServeFor, readClaims, servesFor, type TokenClaims } from './token-claims.ts';
import { checkKeys, type TokenKeys, verificationOf } from './token-keys.ts';

export interface SignedTokensOptions {
  /** What verifies the tokens. */
  readonly keys: TokenKeys;
  /** The only `iss` that is accepted. Default: any, or none. */
  readonly issuer?: string;
  /** What `aud` must name. Default: any, or none. */
  readonly audience?: string;
  /** How wrong the clocks may be, in milliseconds, up to 10 minutes. Default 30 s. */
  readonly clockTolerance?: number;
  /** Default `token`. `own`: only who uploaded a file may download it, as for a backup. */
  readonly downloadPolicy?: DownloadPolicy | 'own';
  /** Who may remove a file: who uploaded it, or nobody. Default `own`. */
  readonly remove?: 'own' | 'nobody';
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
}

/**
 * Tokens (JWT) that a backend signs for one user each: `sub` is the uid, `exp` the end; both are required. A token may
 * name what it serves for: `may`, a list of `upload`, `download`, `remove`; and `file`, one file URL.
 * @throws `invalid-argument`
 */
export function signedTokens(options: SignedTokensOptions): Authorise {
  const { downloadPolicy = 'token', remove = 'own' } = options;
  checkOptions(options);
  const claimsOf = remembered(verifier(options));
  const authorise: Authorise = async (request) => {
    if (isOpen(downloadPolicy, request)) return { allow: true };
    const claims = await claimsOf(request.credential);
    if (typeof claims === 'string') return signIn(claims);
    if (!servesFor(claims, request)) return forbid('The token does not serve for this.');
    return decide(claims, request, downloadPolicy, remove);
  };
  return Object.assign(authorise, {
    beforehand: async ({ action, credential }: EarlyRequest): Promise<EarlyDecision> => {
      const claims = await claimsOf(credential);
      if (typeof claims !== 'string' && mayServeFor(claims, action)) {
        const { uid } = claims;
        return action === 'remove' && remove === 'nobody'
          ? forbid(NOT_YOURS)
          : { allow: 'ask', known: true, uid };
      }
      if (mayBeOpen(downloadPolicy, action)) return { allow: 'ask', known: false };
      return typeof claims === 'string' ? signIn(claims) : forbid('The token does not serve for this.');
    },
  });
}

const NOT_YOURS = 'This file is not yours to remove.';

type Claims = TokenClaims | string;

/** A request asks twice, beforehand and for the file itself; its token is verified once. */
function remembered(verify: (token: string) => Promise<Claims>): (credential: Credential) => Promise<Claims> {
  const known = new WeakMap<Credential, Promise<Claims>>();
  return async (credential) => {
    const { token } = credential;
    if (token === null) return 'A token is needed.';
    const found = known.get(credential) ?? verify(token);
    known.set(credential, found);
    return await found;
  };
}

function decide(
  { uid }: TokenClaims,
  request: AuthoriseRequest,
  downloadPolicy: string,
  remove: 'own' | 'nobody',
): Decision {
  if (request.action === 'upload') {
    const same = request.uid === 0 || request.uid === uid;
    return same ? { allow: true, uid } : forbid('The token is of another user than the one that is named.');
  }
  const own = request.object.sender?.uid === uid;
  if (request.action === 'remove') {
    return own && remove === 'own' ? { allow: true, uid } : forbid(NOT_YOURS);
  }
  return own || downloadPolicy !== 'own' ? { allow: true, uid } : forbid('This file is of another user.');
}

/** Answers the claims, or why there are none. Rejects when the keys can't be had. */
function verifier(options: SignedTokensOptions): (token: string) => Promise<TokenClaims | string> {
  const { issuer, audience, clockTolerance = 30 * SECOND, clock = webClock } = options;
  const { algorithms, key } = verificationOf(options.keys);
  const fixed = {
    algorithms: [...algorithms],
    requiredClaims: ['sub', 'exp'],
    clockTolerance: clockTolerance / SECOND,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, { ...fixed, currentDate: new Date(clock.now()) });
      return readClaims(payload) ?? 'The token makes no sense.';
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'The token has expired.';
      if (INVALID.some((kind) => error instanceof kind)) return 'The token is not valid.';
      throw error;
    }
  };
}

/** Errors that are the token's fault. Any other is the keys' or the server's. */
const INVALID = [
  errors.JWSInvalid,
  errors.JWTInvalid,
  errors.JWTClaimValidationFailed,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
] as const;

/** Every option there is. */
const OPTIONS: Readonly<Record<keyof SignedTokensOptions, true>> = {
  keys: true,
  issuer: true,
  audience: true,
  clockTolerance: true,
  downloadPolicy: true,
  remove: true,
  clock: true,
};

function checkOptions(options: SignedTokensOptions): void {
  const { clockTolerance = 0, downloadPolicy = 'token', remove = 'own' } = options;
  const checks = new OptionChecks('Signed tokens');
  checkNames(checks, OPTIONS, options);
  checkKeys(options.keys, checks);
  checks.check(isWhole(clockTolerance, 0, 10 * MINUTE), 'clockTolerance: 0 to 10 minutes, in milliseconds');
  checks.check(['token', 'link', 'own'].includes(downloadPolicy), 'downloadPolicy: token, link or own');
  checks.check(remove === 'own' || remove === 'nobody', 'remove: own or nobody');
  checks.end();
}
