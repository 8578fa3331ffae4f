import { randomBytes } from 'node:crypto';

/** What an access token lets its bearer do. */
export interface TokenGrant {
  readonly scopes: ReadonlySet<string>;
  /** Epoch ms. */
  readonly expiresAt: number;
}

const prefix = 'https://www.googleapis.com/auth/';
const cloudPlatform = `${prefix}cloud-platform`;
const writing = [cloudPlatform, `${prefix}devstorage.read_write`, `${prefix}devstorage.full_control`];
const reading = [...writing, `${prefix}cloud-platform.read-only`, `${prefix}devstorage.read_only`];

/** What a request does, as far as scopes go. */
export type Access = 'read' | 'write' | 'sign';

const allowing: Readonly<Record<Access, readonly string[]>> = {
  read: reading,
  write: writing,
  sign: [cloudPlatform, `${prefix}iam`],
};

/** Whether a token with that grant may do it. Source: "Cloud Storage authentication", OAuth 2.0 scopes. */
export const allows = (grant: TokenGrant, access: Access): boolean =>
  allowing[access].some((scope) => grant.scopes.has(scope));

/** Access tokens that were given out; opaque, as Google's are. */
export class AccessTokens {
  readonly #grants = new Map<string, TokenGrant>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Gives out a token that lives for so many seconds. */
  issue(scopes: readonly string[], seconds: number): string {
    const token = `ya29.${randomBytes(48).toString('base64url')}`;
    this.#grants.set(token, { scopes: new Set(scopes), expiresAt: this.#now() + seconds * 1000 });
    return token;
  }

  /** Its grant; `undefined` if it was never given out or has expired. */
  find(token: string): TokenGrant | undefined {
    const grant = this.#grants.get(token);
    if (grant === undefined || this.#now() < grant.expiresAt) return grant;
    this.#grants.delete(token);
    return undefined;
  }
}
