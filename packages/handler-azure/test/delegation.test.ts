import { randomBytes } from 'node:crypto';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { certificate } from '@mesibo-files/local-cloud/certificate';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AzureOptions, type AzureTokenCredential, azureSigner } from '../src/index.ts';
import { manifestOf, send, sendAll } from './carry-out.ts';
import { call, fileFacts } from './facts.ts';

const PART = 1_048_576;
const DAY = 86_400_000;

/** A token as Entra ID writes it; Azurite looks at everything but the signature. */
function token(own: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: 'https://storage.azure.com',
    iss: 'https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/',
    tid: 'ab1f708d-50f6-404c-a006-d71b2ac7a606',
    oid: '11059fcc-5514-4800-b5f8-49808b9cfab6',
    iat: now,
    nbf: now - 60,
    exp: now + 3600,
    ...own,
  };
  return ['{"alg":"RS256","typ":"JWT"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

function identity(text: () => string = token): AzureTokenCredential & { asked: number } {
  return {
    asked: 0,
    async getToken() {
      this.asked += 1;
      return { token: text(), expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}

/** The certificate is the test's own; Node 20 can't be told of it once it runs. */
function trustAll(): void {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
}

describe('azureSigner as an identity, over https', () => {
  let cloud: LocalCloud;
  let options: AzureOptions;
  beforeAll(async () => {
    trustAll();
    cloud = await startLocalCloud({ tls: certificate, azure: { oauth: true } });
    options = {
      container: cloud.azure?.container ?? '',
      endpoint: cloud.azure?.endpoint ?? '',
      partSize: PART,
    };
  });
  // Each test begins with the environment as it was.
  beforeEach(trustAll);
  afterAll(async () => {
    await cloud.stop();
    vi.unstubAllEnvs();
  });

  it.each(['2026-04-06', '2025-07-05', '2022-11-02'])(
    'signs by user delegation (%s), and asks for one key',
    async (serviceVersion) => {
      const credentials = identity();
      const signer = azureSigner({ ...options, credentials, serviceVersion });
      for (const size of [9, 2 * PART + 1]) {
        const file = randomBytes(size);
        const plan = await signer.begin(fileFacts({ size, transferId: `t${size}` }), call);
        const [first] = await sendAll(signer, plan, file);
        const query = new URL(first?.url ?? '').searchParams;
        expect([query.get('spr'), query.get('sv'), query.has('st')]).toEqual([
          'https',
          serviceVersion,
          false,
        ]);
        expect(query.get('skoid')).toBe('11059fcc-5514-4800-b5f8-49808b9cfab6');
        const commit = await signer.commit(plan.ticket, manifestOf(plan, file), call);
        if (commit.state !== 'stored') throw new Error(JSON.stringify(commit));
        expect(await send((await signer.read(commit.object.url, call)).request)).toBe(200);
      }
      expect(credentials.asked).toBe(1);
    },
  );

  it.each([-DAY, DAY])('works with a clock that is off by %d', async (off) => {
    const signer = azureSigner({
      ...options,
      credentials: identity(),
      clock: { now: () => Date.now() + off },
    });
    const facts = fileFacts({ size: 5 });
    const plan = await signer.begin(facts, call).catch(() => signer.begin(facts, call));
    await sendAll(signer, plan, Buffer.from('hello'));
    expect((await signer.commit(plan.ticket, manifestOf(plan, Buffer.from('hello')), call)).state).toBe(
      'stored',
    );
  });

  it('tells a token that is refused, an identity that has none, and one that is not there', async () => {
    const begin = (credentials: AzureTokenCredential): Promise<unknown> =>
      azureSigner({ ...options, credentials }).begin(fileFacts(), call);
    await expect(begin(identity(() => token({ exp: 1 })))).rejects.toMatchObject({
      code: 'credentials-wrong',
    });
    await expect(begin(identity(() => token({ aud: 'https://other' })))).rejects.toMatchObject({
      code: 'credentials-wrong',
    });
    const none = Object.assign(new Error('tried everything'), { name: 'CredentialUnavailableError' });
    await expect(begin({ getToken: () => Promise.reject(none) })).rejects.toMatchObject({
      code: 'credentials-missing',
      cause: { message: 'tried everything' },
    });
    const named = (name: string): AzureTokenCredential => ({
      getToken: () => Promise.reject(Object.assign(new Error(`the words of ${name}`), { name })),
    });
    await expect(begin(named('AuthenticationRequiredError'))).rejects.toMatchObject({
      code: 'credentials-missing',
    });
    await expect(begin(named('AuthenticationError'))).rejects.toMatchObject({
      code: 'credentials-wrong',
      cause: { message: 'the words of AuthenticationError' },
    });
    await expect(begin({ getToken: async () => null })).rejects.toMatchObject({
      code: 'credentials-missing',
      message: expect.stringContaining('no token'),
    });
    await expect(azureSigner(options).begin(fileFacts(), call)).rejects.toMatchObject({
      code: 'credentials-missing',
    });
  });
});
