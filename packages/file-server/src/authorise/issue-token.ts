import { type Clock, DAY, isWhole, MINUTE, OptionChecks, SECOND } from '@mesibo-files/handler-core/provider';
import { SignJWT } from 'jose';
import type { AuthoriseRequest } from '../context/authorise.ts';
import { webClock } from '../context/web-clock.ts';
import { bytesOf, isTokenSecret, type TokenSecret } from './token-keys.ts';

export interface IssueTokenOptions {
  /** One of the secrets that `signedTokens` knows. */
  readonly secret: TokenSecret;
  /** mesibo's id of the user, 1 or more. */
  readonly uid: number;
  /** How long the token holds, in milliseconds, from 1 second to 365 days. Default 1 hour. */
  readonly lifetime?: number;
  readonly issuer?: string;
  readonly audience?: string;
  /** The only actions it serves for. Default: all that the server allows. */
  readonly may?: readonly AuthoriseRequest['action'][];
  /** The only file URL it serves for. Default: all. */
  readonly file?: string;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** Signs a token for one user (`HS256`), as your backend would, for {@link signedTokens}. @throws `invalid-argument` */
export async function issueToken(options: IssueTokenOptions): Promise<string> {
  const { secret, uid, lifetime = 60 * MINUTE, issuer, audience, may, file, clock = webClock } = options;
  const checks = new OptionChecks('Token');
  checks.check(isTokenSecret(secret), 'secret: an id, and a secret of at least 32 bytes');
  checks.check(isWhole(uid, 1, Number.MAX_SAFE_INTEGER), 'uid: a whole number, 1 or more');
  checks.check(isWhole(lifetime, SECOND, 365 * DAY), 'lifetime: 1 second to 365 days, in milliseconds');
  checks.end();
  const now = Math.floor(clock.now() / SECOND);
  const own = { ...(may === undefined ? {} : { may }), ...(file === undefined ? {} : { file }) };
  const token = new SignJWT(own)
    .setProtectedHeader({ alg: 'HS256', kid: secret.id })
    .setSubject(String(uid))
    .setIssuedAt(now)
    .setExpirationTime(now + Math.ceil(lifetime / SECOND));
  if (issuer !== undefined) token.setIssuer(issuer);
  if (audience !== undefined) token.setAudience(audience);
  return await token.sign(bytesOf(secret.secret));
}
