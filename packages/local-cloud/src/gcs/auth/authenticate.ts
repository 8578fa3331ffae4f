import { GcsError } from '../errors.ts';
import { isSigned } from '../signature/claim.ts';
import { verifySignedUrl } from '../signature/verify.ts';
import type { GcsRequest, GcsState } from '../types.ts';
import { type Access, allows } from './access-tokens.ts';

/** Who calls: the bearer of a token, of a signed URL, or nobody in particular. */
export type Caller = 'bearer' | 'signed-url' | 'anonymous';

const challenge = { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' };

/** Refuses a bearer whose token isn't valid (401) or doesn't go that far (403); `false` when there is no token. */
export const checkBearer = (request: GcsRequest, state: GcsState, access: Access): boolean => {
  const header = request.headers.get('authorization');
  if (header === undefined) return false;
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  const grant = token === undefined ? undefined : state.tokens.find(token);
  if (grant === undefined) {
    throw new GcsError('AuthenticationRequired', 'Invalid Credentials', {
      headers: challenge,
      reason: 'authError',
    });
  }
  if (!allows(grant, access)) {
    throw new GcsError('AccessDenied', 'Request had insufficient authentication scopes.', {
      reason: 'insufficientPermissions',
    });
  }
  return true;
};

/** The JSON API's answer to a call without a token. */
export const loginRequired = (): GcsError =>
  new GcsError('AuthenticationRequired', 'Login Required.', { headers: challenge, reason: 'required' });

/** Finds out who calls the XML API; throws for any credential that isn't good. */
export const authenticate = (request: GcsRequest, state: GcsState): Caller => {
  const signed = isSigned(request);
  const oldStyle = request.query.some(([name]) => name === 'GoogleAccessId' || name === 'Signature');
  if (oldStyle) {
    throw new GcsError('NotImplemented', 'local-cloud verifies V4 signatures only, this one is V2.');
  }
  if (signed && request.headers.has('authorization')) {
    throw new GcsError('InvalidArgument', 'Invalid argument.', {
      elements: { Details: 'Only one way of authentication may be used in a request.' },
    });
  }
  const payloadHash = request.headers.get('x-goog-content-sha256') ?? 'UNSIGNED-PAYLOAD';
  if (payloadHash !== 'UNSIGNED-PAYLOAD') {
    throw new GcsError('NotImplemented', 'local-cloud does not verify x-goog-content-sha256.');
  }
  if (signed) {
    verifySignedUrl(request, state);
    return 'signed-url';
  }
  const reads = request.method === 'GET' || request.method === 'HEAD';
  return checkBearer(request, state, reads ? 'read' : 'write') ? 'bearer' : 'anonymous';
};
