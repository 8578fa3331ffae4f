import { decodeJwt, errors, jwtVerify } from 'jose';
import { readDocument } from '../body/receive.ts';
import type { GcsResponse, GcsState, GcsSurface } from '../types.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const lifetimeSeconds = 3600;
/** Google's own token endpoints; clients state one of them as audience even where they are sent elsewhere. */
const googleAudiences = [
  'https://oauth2.googleapis.com/token',
  'https://www.googleapis.com/oauth2/v4/token',
  'https://accounts.google.com/o/oauth2/token',
];

class GrantError extends Error {
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

const json = (status: number, body: unknown): GcsResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/**
 * The token endpoint: an access token for a signed assertion. Source: "Using OAuth 2.0 for server to server
 * applications", addendum on service account authorization, and its table of JWT error codes.
 */
export const tokenSurface: GcsSurface = async (state, request) => {
  try {
    if (request.method !== 'POST') throw new GrantError('invalid_request', 'Only POST is allowed.');
    const form = new URLSearchParams(await readDocument(request));
    if (form.get('grant_type') !== grantType) {
      throw new GrantError('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`);
    }
    const scopes = await readAssertion(state, form.get('assertion') ?? '', `${request.baseUrl}/token`);
    return json(200, {
      access_token: state.tokens.issue(scopes, lifetimeSeconds),
      expires_in: lifetimeSeconds,
      token_type: 'Bearer',
    });
  } catch (error) {
    if (!(error instanceof GrantError)) throw error;
    return json(400, { error: error.code, error_description: error.message });
  }
};

const readAssertion = async (state: GcsState, assertion: string, endpoint: string): Promise<string[]> => {
  const { account } = state;
  checkIssuer(assertion, account.clientEmail);
  try {
    const { payload } = await jwtVerify(assertion, account.publicKey, {
      algorithms: ['RS256'],
      audience: [endpoint, ...googleAudiences],
      requiredClaims: ['iat', 'exp'],
      maxTokenAge: lifetimeSeconds,
      clockTolerance: 300,
      currentDate: new Date(state.now()),
    });
    const { iat = 0, exp = 0, scope } = payload;
    if (exp - iat > lifetimeSeconds) throw new GrantError('invalid_grant', shortLived);
    if (typeof scope !== 'string' || scope.trim() === '') {
      throw new GrantError('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
    }
    return scope.trim().split(/\s+/);
  } catch (error) {
    throw error instanceof errors.JOSEError ? refusal(error) : error;
  }
};

const shortLived =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';

const checkIssuer = (assertion: string, clientEmail: string): void => {
  let issuer: string | undefined;
  try {
    issuer = decodeJwt(assertion).iss;
  } catch {
    throw new GrantError('invalid_grant', 'Invalid JWT: Failed to parse assertion.');
  }
  if (issuer !== clientEmail) throw new GrantError('invalid_grant', 'Invalid grant: account not found');
};

const refusal = (error: errors.JOSEError): GrantError => {
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new GrantError('invalid_grant', 'Invalid JWT Signature.');
  }
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
    return new GrantError('invalid_grant', 'Invalid JWT: Audience is not a token endpoint.');
  }
  const timing = error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed;
  return new GrantError('invalid_grant', timing ? shortLived : 'Invalid JWT.');
};
