import { manualClock } from '@mesibo-files/handler-core/testing';
import { base64url, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { FILE_URL, objectRequest, signal, uploadRequest } from '../../test/authorise/requests.ts';
import type { Authorise, Decision } from '../context/authorise.ts';
import { issueToken } from './issue-token.ts';
import { signedTokens } from './signed-tokens.ts';

const SECRET = { id: '2026-11', secret: 'a secret of at least thirty-two bytes' };
const OLD = { id: '2026-10', secret: 'the secret of the month before this one' };
const MINUTE = 60_000;

const clock = manualClock();
const keys = { secrets: [SECRET, OLD] as const };
const authorise = signedTokens({ keys, clock });
const token = (own: Partial<Parameters<typeof issueToken>[0]> = {}): Promise<string> =>
  issueToken({ secret: SECRET, uid: 7, clock, ...own });

async function outcome(decider: Authorise, request: Parameters<Authorise>[0]): Promise<string> {
  const decision: Decision = await decider(request, signal);
  return decision.allow ? 'allow' : decision.why;
}

/** A token whose header and claims are written by hand. */
async function forged(header: object, claims: object, signature = ''): Promise<string> {
  const part = (value: object): string => base64url.encode(JSON.stringify(value));
  return `${part(header)}.${part(claims)}.${signature}`;
}

describe('signed tokens', () => {
  it('say who uploads; what the client says must agree, or be nothing', async () => {
    const own = await token();
    expect(await authorise(uploadRequest(own), signal)).toEqual({ allow: true, uid: 7 });
    expect(await authorise(uploadRequest(own, { uid: 0 }), signal)).toEqual({ allow: true, uid: 7 });
    expect(await outcome(authorise, uploadRequest(own, { uid: 8 }))).toBe('forbidden');
  });

  it('are of any of the secrets, and of no other', async () => {
    expect(await outcome(authorise, uploadRequest(await token({ secret: OLD })))).toBe('allow');
    const unknown = { id: 'unknown', secret: SECRET.secret };
    const wrong = { id: SECRET.id, secret: OLD.secret };
    for (const secret of [unknown, wrong]) {
      expect(await outcome(authorise, uploadRequest(await token({ secret })))).toBe('sign-in');
    }
  });

  it('are checked with the first secret when they name none', async () => {
    const sign = (secret: string): Promise<string> =>
      new SignJWT({ sub: '7', exp: clock.now() / 1000 + 60 })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(secret));
    expect(await outcome(authorise, uploadRequest(await sign(SECRET.secret)))).toBe('allow');
    expect(await outcome(authorise, uploadRequest(await sign(OLD.secret)))).toBe('sign-in');
  });

  it('end when they say, give or take how wrong clocks may be', async () => {
    const short = await token({ lifetime: MINUTE });
    await clock.advance(MINUTE + 29_000);
    expect(await outcome(authorise, uploadRequest(short))).toBe('allow');
    await clock.advance(2000);
    expect(await authorise(uploadRequest(short), signal)).toEqual({
      allow: false,
      why: 'sign-in',
      reason: 'The token has expired.',
    });
    const strict = signedTokens({ keys, clock, clockTolerance: 0 });
    const another = await token({ lifetime: MINUTE });
    await clock.advance(MINUTE);
    expect(await outcome(strict, uploadRequest(another))).toBe('sign-in');
  });

  it('without an end, without a user, or with claims of another shape, are none', async () => {
    const bytes = new TextEncoder().encode(SECRET.secret);
    const sign = (claims: Record<string, unknown>): Promise<string> =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: SECRET.id }).sign(bytes);
    const exp = Math.floor(clock.now() / 1000) + 60;
    expect(await outcome(authorise, uploadRequest(await sign({ sub: '7', exp })))).toBe('allow');
    for (const claims of [
      { sub: '7' },
      { exp },
      { sub: 'seven', exp },
      { sub: '0', exp },
      { sub: '-7', exp },
      { sub: '99999999999999999', exp },
      { sub: '7', exp, may: 'upload' },
      { sub: '7', exp, may: [1] },
      { sub: '7', exp, file: 1 },
      { sub: '7', exp, nbf: exp },
    ]) {
      expect(await outcome(authorise, uploadRequest(await sign(claims))), JSON.stringify(claims)).toBe(
        'sign-in',
      );
    }
  });

  it('choose no algorithm themselves: neither none, nor a longer HMAC', async () => {
    const claims = { sub: '7', exp: Math.floor(clock.now() / 1000) + 60 };
    for (const alg of ['none', 'None', 'HS512', 'dir']) {
      const rubbish = await forged({ alg }, claims, alg === 'none' ? '' : 'c2ln');
      expect(await outcome(authorise, uploadRequest(rubbish)), alg).toBe('sign-in');
    }
    const longer = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS512', kid: SECRET.id })
      .sign(new TextEncoder().encode(SECRET.secret));
    expect(await outcome(authorise, uploadRequest(longer))).toBe('sign-in');
    for (const rubbish of ['', 'a', 'a.b', 'a.b.c', 'ä.ö.ü', '....', `${await token()}x`]) {
      expect(await outcome(authorise, uploadRequest(rubbish)), rubbish).toBe('sign-in');
    }
  });

  it('are for whom they are issued', async () => {
    const strict = signedTokens({ keys, clock, issuer: 'acme', audience: 'files' });
    const ours = { issuer: 'acme', audience: 'files' };
    expect(await outcome(strict, uploadRequest(await token(ours)))).toBe('allow');
    for (const own of [{}, { issuer: 'acme' }, { ...ours, audience: 'mail' }, { ...ours, issuer: 'evil' }]) {
      expect(await outcome(strict, uploadRequest(await token(own)))).toBe('sign-in');
    }
  });

  it('serve for what they name only', async () => {
    const uploads = await token({ may: ['upload'] });
    expect(await outcome(authorise, uploadRequest(uploads))).toBe('allow');
    expect(await outcome(authorise, objectRequest(uploads))).toBe('forbidden');
    const one = await token({ file: FILE_URL });
    expect(await outcome(authorise, objectRequest(one))).toBe('allow');
    expect(await outcome(authorise, { ...objectRequest(one), url: `${FILE_URL}x` })).toBe('forbidden');
    expect(await outcome(authorise, uploadRequest(one))).toBe('forbidden');
  });
});

describe("another's file", () => {
  it('is downloaded by any user, and without a token where links are policy, but never what is secure', async () => {
    const open = signedTokens({ keys, clock, downloadPolicy: 'link' });
    const other = await token({ uid: 8 });
    for (const decider of [authorise, open]) {
      expect(await outcome(decider, objectRequest(other, { secure: true }))).toBe('allow');
      expect(await outcome(decider, objectRequest(null, { secure: true }))).toBe('sign-in');
      expect(await outcome(decider, objectRequest(null, null))).toBe('sign-in');
    }
    expect(await outcome(authorise, objectRequest(null))).toBe('sign-in');
    expect(await outcome(open, objectRequest(null))).toBe('allow');
  });

  it('stays its own where that is policy', async () => {
    const own = signedTokens({ keys, clock, downloadPolicy: 'own' });
    expect(await outcome(own, objectRequest(await token()))).toBe('allow');
    expect(await outcome(own, objectRequest(await token({ uid: 8 })))).toBe('forbidden');
    expect(await outcome(own, objectRequest(await token(), null))).toBe('forbidden');
  });

  it('is removed by nobody else, and by nobody at all where that is policy', async () => {
    const removal = (of: string): ReturnType<typeof objectRequest> => objectRequest(of, {}, 'remove');
    expect(await outcome(authorise, removal(await token()))).toBe('allow');
    expect(await outcome(authorise, removal(await token({ uid: 8 })))).toBe('forbidden');
    const nobody = signedTokens({ keys, clock, remove: 'nobody' });
    expect(await outcome(nobody, removal(await token()))).toBe('forbidden');
  });
});

describe('tokens signed with a private key', () => {
  const claims = { sub: '7', exp: Math.floor(clock.now() / 1000) + 3600 };

  it('are verified by the public one, and never taken for HMAC with it', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
    const decider = signedTokens({ keys: { jwks: { keys: [jwk] } }, clock });
    const good = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(privateKey);
    expect(await outcome(decider, uploadRequest(good))).toBe('allow');
    const mixed = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(new TextEncoder().encode(JSON.stringify(jwk)));
    expect(await outcome(decider, uploadRequest(mixed))).toBe('sign-in');
    const stranger = await generateKeyPair('ES256');
    const wrong = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(stranger.privateKey);
    expect(await outcome(decider, uploadRequest(wrong))).toBe('sign-in');
    const pinned = signedTokens({ keys: { jwks: { keys: [jwk] }, algorithms: ['RS256'] }, clock });
    expect(await outcome(pinned, uploadRequest(good))).toBe('sign-in');
  });

  it('are nobody’s fault when the keys can not be fetched: the question stays open', async () => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one' };
    const good = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid: 'one' }).sign(privateKey);
    let up = false;
    const fetch = async (): Promise<Response> =>
      up ? Response.json({ keys: [jwk] }) : new Response('down', { status: 500 });
    const decider = signedTokens({ keys: { jwks: 'https://keys.test/jwks', fetch }, clock });
    await expect(decider(uploadRequest(good), signal)).rejects.toThrow();
    up = true;
    expect(await outcome(decider, uploadRequest(good))).toBe('allow');
  });
});

describe('options of signed tokens', () => {
  it('that are wrong are named, all at once', () => {
    const secrets = [{ id: 'a b', secret: 'short' }] as const;
    expect(() => signedTokens({ keys: { secrets }, clockTolerance: -1 })).toThrow(
      /keys\.secrets.*32 bytes.*clockTolerance/,
    );
    expect(() => signedTokens({ keys: { secrets: [SECRET, SECRET] } })).toThrow(/each id once/);
    expect(() => signedTokens({ keys: { jwks: 'nowhere' } })).toThrow(/keys\.jwks/);
    expect(() => signedTokens({ keys: { jwks: { keys: [] }, algorithms: [] } })).toThrow(/keys\.algorithms/);
  });

  it('also of a token that is issued', async () => {
    await expect(token({ uid: 0 })).rejects.toThrow(/uid/);
    await expect(token({ lifetime: 1 })).rejects.toThrow(/lifetime/);
    await expect(token({ secret: { id: 'x', secret: 'short' } })).rejects.toThrow(/secret/);
  });
});
