import { OptionChecks } from '@mesibo-files/handler-core/provider';
import type { Authorise, EarlyDecision, EarlyRequest } from '../context/authorise.ts';
import { checkNames } from '../context/known-names.ts';
import { type DownloadPolicy, forbid, isOpen, mayBeOpen, type Refused, signIn } from './policy.ts';
import { isKnownDigest, sha256 } from './secret-digests.ts';

export interface StaticTokenOptions {
  /** The token, or several while one takes another's place. Each has 16 characters or more, and no space. */
  readonly token: string | readonly string[];
  /** Default `token`. */
  readonly downloadPolicy?: DownloadPolicy;
  /** Whether the token also removes files. Default false: everybody who may upload has the token. */
  readonly remove?: boolean;
}

/**
 * One token for all, as it is given to `setUploadUrl`. It tells friends from strangers, and no friend from another:
 * the uid kept with a file is what the client says.
 * @throws `invalid-argument`
 */
export function staticToken(options: StaticTokenOptions): Authorise {
  const { downloadPolicy = 'token', remove = false } = options;
  const tokens = typeof options.token === 'string' ? [options.token] : options.token;
  const checks = new OptionChecks('Static token');
  checkNames(checks, OPTIONS, options);
  checks.check(tokens.length > 0 && tokens.every(isToken), 'token: 16 characters or more, and no space');
  checks.check(downloadPolicy === 'token' || downloadPolicy === 'link', 'downloadPolicy: token or link');
  checks.end();
  const known = tokens.map(sha256);
  const refusalOf = ({ action, credential: { token } }: EarlyRequest): Refused | null => {
    if (token === null) return signIn('A token is needed.');
    if (!isKnownDigest(sha256(token), known)) return signIn('This is not the token.');
    if (action === 'remove' && !remove) return forbid('Nobody removes files by this token.');
    return null;
  };
  const authorise: Authorise = async (request) => {
    return isOpen(downloadPolicy, request) ? { allow: true } : (refusalOf(request) ?? { allow: true });
  };
  return Object.assign(authorise, {
    beforehand: async (request: EarlyRequest): Promise<EarlyDecision> => {
      const refusal = refusalOf(request);
      if (refusal === null) return { allow: 'ask', known: true };
      return mayBeOpen(downloadPolicy, request.action) ? { allow: 'ask', known: false } : refusal;
    },
  });
}

/** Every option there is. */
const OPTIONS: Readonly<Record<keyof StaticTokenOptions, true>> = {
  token: true,
  downloadPolicy: true,
  remove: true,
};

function isToken(token: string): boolean {
  return /^\S{16,}$/.test(token);
}
