import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../../test/gcs/request.ts';
import { startTestServer, type TestServer } from '../../../test/gcs/server.ts';

const scopes = 'https://www.googleapis.com/auth/cloud-platform';

describe('the IAM credentials API', () => {
  let server: TestServer;
  let token: string;
  beforeAll(async () => {
    server = await startTestServer();
    token = await server.fetchToken(scopes);
  });
  afterAll(() => server.stop());

  const call = (
    verb: string,
    body: unknown,
    more: { email?: string; token?: string | null } = {},
  ): Promise<Reply> =>
    server.bearer({
      method: 'POST',
      path: `/v1/projects/-/serviceAccounts/${more.email ?? server.gcs.clientEmail}:${verb}`,
      body: JSON.stringify(body),
      token: more.token === undefined ? token : more.token,
    });
  const errorOf = (reply: Reply): unknown =>
    (JSON.parse(reply.body.toString()) as { error: { status: string } }).error.status;

  it('signs a blob with the key of the account', async () => {
    const reply = await call('signBlob', { payload: Buffer.from('text').toString('base64') });
    const { signedBlob } = JSON.parse(reply.body.toString()) as { signedBlob: string };
    const key = createPublicKey(server.gcs.privateKey);
    expect(verify('RSA-SHA256', Buffer.from('text'), key, Buffer.from(signedBlob, 'base64'))).toBe(true);
  });

  it('gives out tokens with a lifetime', async () => {
    const scope = ['https://www.googleapis.com/auth/devstorage.read_only'];
    const reply = await call('generateAccessToken', { scope, lifetime: '60s' });
    const { accessToken } = JSON.parse(reply.body.toString()) as { accessToken: string };
    const list = { method: 'GET', path: '/storage/v1/b', token: accessToken };
    expect((await server.bearer(list)).status).toBe(200);
    server.advance(61_000);
    expect((await server.bearer(list)).status).toBe(401);
  });

  it.each([
    ['no token', { payload: 'eA==' }, { token: null }, 'UNAUTHENTICATED'],
    ['a token that is none', { payload: 'eA==' }, { token: 'ya29.none' }, 'UNAUTHENTICATED'],
    ['another account', { payload: 'eA==' }, { email: 'eve@example.com' }, 'NOT_FOUND'],
    ['no payload', {}, {}, 'INVALID_ARGUMENT'],
  ])('refuses %s', async (_, body, more, status) => {
    expect(errorOf(await call('signBlob', body, more))).toBe(status);
  });

  it('refuses a token for storage only', async () => {
    const storageOnly = await server.fetchToken();
    expect(errorOf(await call('signBlob', { payload: 'eA==' }, { token: storageOnly }))).toBe(
      'PERMISSION_DENIED',
    );
  });
});
