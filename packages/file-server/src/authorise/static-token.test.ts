import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectRequest, signal, uploadRequest } from '../../test/authorise/requests.ts';
import { isKnownDigest, sha256 } from './secret-digests.ts';
import { staticToken } from './static-token.ts';

const TOKEN = 'a token of friends'.replaceAll(' ', '-');
const OLD = 'the-token-of-last-year';

const signIn = { allow: false, why: 'sign-in' };
const allowed = { allow: true };

describe('a static token', () => {
  const authorise = staticToken({ token: [TOKEN, OLD] });

  it('is needed to upload, download and remove', async () => {
    for (const request of [uploadRequest(null), objectRequest(null), objectRequest(null, {}, 'remove')]) {
      expect(await authorise(request, signal)).toMatchObject(signIn);
    }
  });

  it('lets its holder upload and download, also while it is being replaced', async () => {
    for (const token of [TOKEN, OLD]) {
      expect(await authorise(uploadRequest(token), signal)).toEqual(allowed);
      expect(await authorise(objectRequest(token, { secure: true }), signal)).toEqual(allowed);
    }
  });

  it('refuses every other token', async () => {
    const other = fc.oneof(
      fc.string(),
      fc.nat({ max: TOKEN.length - 1 }).map((at) => TOKEN.slice(0, at)),
      fc.string({ minLength: 1 }).map((more) => TOKEN + more),
    );
    await fc.assert(
      fc.asyncProperty(other, async (token) => {
        fc.pre(token !== TOKEN && token !== OLD);
        expect(await authorise(uploadRequest(token), signal)).toMatchObject(signIn);
      }),
    );
  });

  it('removes nothing, unless that is said', async () => {
    const removal = objectRequest(TOKEN, {}, 'remove');
    expect(await authorise(removal, signal)).toMatchObject({ allow: false, why: 'forbidden' });
    expect(await staticToken({ token: TOKEN, remove: true })(removal, signal)).toEqual(allowed);
  });

  it('is not needed for what has a link, where links are policy: but for what is secure or unknown', async () => {
    const open = staticToken({ token: TOKEN, downloadPolicy: 'link' });
    expect(await open(objectRequest(null), signal)).toEqual(allowed);
    expect(await open(objectRequest('wrong'), signal)).toEqual(allowed);
    expect(await open(objectRequest(null, { secure: true }), signal)).toMatchObject(signIn);
    expect(await open(objectRequest(null, null), signal)).toMatchObject(signIn);
    expect(await open(objectRequest(TOKEN, { secure: true }), signal)).toEqual(allowed);
    expect(await open(uploadRequest(null), signal)).toMatchObject(signIn);
    expect(await open(objectRequest(null, {}, 'remove'), signal)).toMatchObject(signIn);
  });

  it('is not taken when it is short, or none', () => {
    for (const token of ['', 'short', 'a token with spaces in it', []]) {
      expect(() => staticToken({ token })).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    }
  });
});

describe('digests of secrets', () => {
  it('are compared to the last byte of the last secret, whatever differs', async () => {
    const secrets = ['one', 'two', 'three'].map(sha256);
    const [one = new Uint8Array(32)] = secrets;
    const early = Uint8Array.from(one, (byte, at) => (at === 0 ? byte ^ 1 : byte));
    const late = Uint8Array.from(one, (byte, at) => (at === 31 ? byte ^ 1 : byte));
    expect(readsOf(one, secrets)).toEqual({ known: true, reads: 96 });
    expect(readsOf(early, secrets)).toEqual({ known: false, reads: 96 });
    expect(readsOf(late, secrets)).toEqual({ known: false, reads: 96 });
  });

  it('that are shorter are another', async () => {
    const digest = sha256('one');
    expect(isKnownDigest(digest.subarray(0, 31), [digest])).toBe(false);
    expect(isKnownDigest(digest, [digest.subarray(0, 31)])).toBe(false);
  });
});

/** How many bytes were looked at: the same for every outcome, or time tells it. */
function readsOf(digest: Uint8Array, known: readonly Uint8Array[]): { known: boolean; reads: number } {
  let reads = 0;
  const counted = new Proxy(Array.from(digest), {
    get(target, name) {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
      return Reflect.get(target, name);
    },
  });
  return { known: isKnownDigest(counted, known), reads };
}
