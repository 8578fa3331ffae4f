import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { send } from '../request.ts';
import type { TestServer } from '../server.ts';
import { answerOf, hour, put } from './steps.ts';
import type { Answer, GcsCheck } from './types.ts';

const oauth = 'Using OAuth 2.0 for Server to Server Applications (Google Identity)';
const jsonErrors = 'HTTP status and error codes for JSON';
const scopePrefix = 'https://www.googleapis.com/auth/';

interface Claims {
  readonly iss?: string;
  readonly aud?: string;
  readonly scope?: string | undefined;
  readonly iat?: number;
  readonly lifetime?: number;
  readonly key?: string;
}

const exchange = async (server: TestServer, claims: Claims): Promise<Answer> => {
  const { clientEmail, privateKey, tokenUri } = server.gcs;
  const iat = claims.iat ?? Math.floor(server.now() / 1000);
  const scope = 'scope' in claims ? claims.scope : `${scopePrefix}devstorage.read_only`;
  const assertion = await new SignJWT(scope === undefined ? {} : { scope })
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(claims.iss ?? clientEmail)
    .setAudience(claims.aud ?? tokenUri)
    .setIssuedAt(iat)
    .setExpirationTime(iat + (claims.lifetime ?? 3600))
    .sign(createPrivateKey(claims.key ?? privateKey));
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return answerOf(await send(tokenUri, { method: 'POST', body: new URLSearchParams(form).toString() }));
};

const otherKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

/** Access tokens. */
export const tokenChecks: readonly GcsCheck[] = [
  ...[
    { name: 'the account and its key get a token', claims: {}, expected: { status: 200 } },
    {
      name: 'the audience may be one of Google',
      claims: { aud: 'https://oauth2.googleapis.com/token' },
      expected: { status: 200 },
    },
    { name: 'another audience is refused', claims: { aud: 'https://example.com/' } },
    { name: 'another account is refused', claims: { iss: 'eve@example.com' } },
    { name: 'an assertion for more than an hour is refused', claims: { lifetime: 7200 } },
    { name: 'an old assertion is refused', claims: { iat: Math.floor(Date.now() / 1000) - 7200 } },
    {
      name: 'an assertion without scope is refused',
      claims: { scope: undefined },
      expected: { status: 400, code: 'invalid_scope' },
    },
  ].map(
    ({ name, claims, expected }): GcsCheck => ({
      name,
      source: oauth,
      expected: expected ?? { status: 400, code: 'invalid_grant' },
      run: (server) => exchange(server, claims),
    }),
  ),
  {
    name: 'another key is refused',
    source: oauth,
    expected: { status: 400, code: 'invalid_grant' },
    run: (server) => exchange(server, { key: otherKey() }),
  },
  {
    name: 'another grant is refused',
    source: oauth,
    expected: { status: 400, code: 'unsupported_grant_type' },
    run: async (server) =>
      answerOf(await send(server.gcs.tokenUri, { method: 'POST', body: 'grant_type=password' })),
  },
  {
    name: 'the JSON API wants a token',
    source: `${jsonErrors}, 401`,
    expected: { status: 401, code: 'required' },
    run: async (server) =>
      answerOf(await server.bearer({ method: 'GET', path: '/storage/v1/b', token: null })),
  },
  ...['/storage/v1/b', '/local-cloud/a'].map(
    (path): GcsCheck => ({
      name: `a token that was never given out is refused at ${path}`,
      source: `${jsonErrors}, 401`,
      expected: { status: 401, code: path === '/storage/v1/b' ? 'authError' : 'AuthenticationRequired' },
      run: async (server) => answerOf(await server.bearer({ method: 'GET', path, token: 'ya29.none' })),
    }),
  ),
  {
    name: 'a token lasts an hour',
    source: oauth,
    expected: { status: 401, code: 'authError', before: 200 },
    run: async (server) => {
      const token = await server.fetchToken();
      const before = (await server.bearer({ method: 'GET', path: '/storage/v1/b', token })).status;
      server.advance(hour);
      return { ...answerOf(await server.bearer({ method: 'GET', path: '/storage/v1/b', token })), before };
    },
  },
  {
    name: 'a token that only reads does not write',
    source: 'Cloud Storage authentication, scopes',
    expected: { status: 403, code: 'AccessDenied', read: 200 },
    run: async (server) => {
      await put(server, 'a');
      const path = `/${server.gcs.bucket}/a`;
      const token = await server.fetchToken(`${scopePrefix}devstorage.read_only`);
      const read = (await server.bearer({ method: 'GET', path, token })).status;
      return { ...answerOf(await server.bearer({ method: 'PUT', path, body: 'x', token })), read };
    },
  },
];
