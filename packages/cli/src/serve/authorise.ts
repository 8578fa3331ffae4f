import { type Authorise, askBackend, signedTokens, staticToken } from '@mesibo-files/file-server';
import type { ServeSecrets } from './configuration.ts';
import type { ServeFlags } from './flags.ts';

/** Who may upload and download: by a backend, by signed tokens, or by one token for all. */
export function authoriseFor(
  flags: ServeFlags,
  { jwtSecret }: ServeSecrets,
  tokens: readonly string[],
): Authorise {
  const { authoriseUrl, jwks, issuer, audience, downloadPolicy = 'link' } = flags;
  if (authoriseUrl !== undefined) return askBackend({ url: authoriseUrl });
  const keys =
    jwks !== undefined
      ? { jwks }
      : jwtSecret !== null
        ? { secrets: [{ id: '1', secret: jwtSecret }] as const }
        : null;
  if (keys === null) {
    return staticToken({ token: tokens, downloadPolicy, remove: flags.remove === 'token' });
  }
  return signedTokens({
    keys,
    downloadPolicy,
    remove: flags.remove === 'nobody' ? 'nobody' : 'own',
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  });
}

/** Whether clients show the one token of {@link authoriseFor}. */
export function usesToken({ authoriseUrl, jwks }: ServeFlags, { jwtSecret }: ServeSecrets): boolean {
  return authoriseUrl === undefined && jwks === undefined && jwtSecret === null;
}
