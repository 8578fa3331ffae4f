import { TransferError } from '../../errors/transfer-error.ts';

/**
 * How protected files are downloaded that no signer has. URL and protection come from the message, so from whoever sent
 * it: the token goes to origins of this list only, and never along with a redirect to another one.
 */
export interface SecureDownloads {
  /** The token, or where it is had from: asked at each attempt. An empty one is none. */
  readonly token: string | (() => string | Promise<string>);
  /** Origins that may be given the token: scheme, host, and the port where it is not the scheme's own. */
  readonly origins: readonly string[];
  /** `Authorization: Bearer` (default), or the parameter `auth` of the query, as servers of mesibo's upload URL may want it. */
  readonly send?: 'header' | 'query';
}

/** One attempt's token: what a request to a hop of the download looks like. */
export interface Bearer {
  /** The URL and headers to ask with. Once another origin was asked, the token is out of the game. */
  dress(url: URL): { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** @throws `bad-answer` when a server sends the token elsewhere, in the URL that it redirects to */
  checkRedirect(from: URL, to: URL): void;
}

/** Parameter of the query, as the upload protocol names the token. */
const PARAMETER = 'auth';

/** @throws `unauthorised` for an origin that must not have the token */
export function checkOrigin(secure: SecureDownloads | undefined, url: URL): SecureDownloads {
  if (secure?.origins.includes(url.origin)) return secure;
  throw new TransferError('unauthorised', `${url.host}: a protected file, and no token may be sent there`, {
    hint: 'Name the origin in secureDownloads.origins if it is one of yours.',
  });
}

/** @throws `unauthorised` when there is no token */
export async function bearerFor(secure: SecureDownloads, first: URL): Promise<Bearer> {
  const token = await tokenOf(secure, first.host);
  let trusted = true;
  return {
    dress(url) {
      trusted &&= url.origin === first.origin;
      if (!trusted) return { url: url.href, headers: {} };
      if (secure.send !== 'query') return { url: url.href, headers: { authorization: `Bearer ${token}` } };
      const dressed = new URL(url);
      dressed.searchParams.set(PARAMETER, token);
      return { url: dressed.href, headers: {} };
    },
    checkRedirect(from, to) {
      if (to.origin === first.origin) return;
      const text = `${to.href} ${[...to.searchParams.values()].join(' ')}`;
      if (!text.includes(token) && !text.includes(encodeURIComponent(token))) return;
      throw new TransferError('bad-answer', `${from.host} passes the token on to ${to.host}: refused`, {
        retryable: false,
      });
    },
  };
}

const asked = new WeakMap<object, number>();
let seen = 0;

/**
 * Tells one token from another, so that downloads with different ones are never joined. Functions are told apart by what
 * they are: what one answers may change.
 */
export function tokenRights({ token, origins, send }: SecureDownloads): readonly unknown[] {
  if (typeof token === 'string') return [token, origins, send];
  const id = asked.get(token) ?? seen + 1;
  if (id > seen) {
    seen = id;
    asked.set(token, id);
  }
  return [id, origins, send];
}

async function tokenOf({ token: given }: SecureDownloads, host: string): Promise<string> {
  // What the app's own function throws may hold anything: it is no cause of ours.
  const token =
    typeof given === 'string'
      ? given
      : await Promise.resolve()
          .then(given)
          .catch(() => '');
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new TransferError('unauthorised', `${host}: a protected file, and there is no token for it`, {
    hint: 'secureDownloads.token must be, or answer, printable ASCII without spaces.',
  });
}
