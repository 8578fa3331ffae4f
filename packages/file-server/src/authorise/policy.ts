import type { ObjectFacts } from '@mesibo-files/handler-core/provider';
import type { AuthoriseRequest, Decision } from '../context/authorise.ts';

/**
 * Who may download. `token`: whoever shows a valid token. `link`: whoever has the link, which nobody can guess, as
 * mesibo's plain downloads carry no token; a file that is `secure`, or of which nothing is known, needs a token even so.
 */
export type DownloadPolicy = 'token' | 'link';

/** Whether this can be decided without a token. */
export function isOpen(policy: string, request: AuthoriseRequest): boolean {
  return request.action === 'download' && mayBeOpen(policy, request.action) && !isProtected(request.object);
}

/** Whether {@link isOpen} could say so of some file. */
export function mayBeOpen(policy: string, action: AuthoriseRequest['action']): boolean {
  return action === 'download' && policy === 'link';
}

/** A decision that refuses. */
export type Refused = Extract<Decision, { allow: false }>;

function isProtected({ sender }: ObjectFacts): boolean {
  return sender === undefined || sender.secure;
}

/** No credential, or one that proves nothing. */
export function signIn(reason: string): Refused {
  return { allow: false, why: 'sign-in', reason };
}

/** Known, and not allowed. */
export function forbid(reason: string): Refused {
  return { allow: false, why: 'forbidden', reason };
}
