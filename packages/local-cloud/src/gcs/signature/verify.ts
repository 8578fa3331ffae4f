import { isoSeconds } from '../../s3/signature/claim.ts';
import { GcsError } from '../errors.ts';
import type { GcsRequest, GcsState } from '../types.ts';
import { canonicalRequest, stringToSign } from './canonical-request.ts';
import { readClaim, type SignatureClaim } from './claim.ts';

/** A clock may be this far ahead of the server's, in ms. */
const allowedSkew = 900_000;

/** Verifies a signed URL; throws Cloud Storage's error for anything wrong with it. */
export const verifySignedUrl = (request: GcsRequest, state: GcsState): void => {
  checkMethod(request);
  const claim = readClaim(request);
  checkTime(claim, state.now());
  // The official client signs the host without its port, other signers sign what is sent; the service has no port.
  const host = request.headers.get('host') ?? '';
  const canonical = canonicalRequest(request, claim, host);
  const portless = canonicalRequest(request, claim, host.replace(/:\d+$/, ''));
  const text = stringToSign(claim, canonical);
  const known = claim.clientEmail === state.account.clientEmail;
  const valid = (signed: string): boolean => state.account.verify(signed, claim.signature);
  if (known && (valid(text) || valid(stringToSign(claim, portless)))) return;
  throw new GcsError('SignatureDoesNotMatch', 'Access denied.', {
    elements: {
      Details:
        'The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.',
      StringToSign: text,
      CanonicalRequest: Buffer.from(canonical, 'latin1').toString('utf8'),
    },
  });
};

/** Source: "Canonical requests", HTTP verbs: a signed POST can only start a resumable upload. */
const checkMethod = (request: GcsRequest): void => {
  if (request.method !== 'POST' || request.headers.get('x-goog-resumable') === 'start') return;
  throw new GcsError('AccessDenied', 'Access denied.', {
    elements: { Details: 'Signed URLs can only be used for POST requests that initiate a resumable upload.' },
  });
};

const checkTime = (claim: SignatureClaim, now: number): void => {
  if (claim.time > now + allowedSkew) {
    throw new GcsError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      { elements: { RequestTime: claim.date, ServerTime: isoSeconds(now) } },
    );
  }
  const end = claim.time + claim.expires * 1000;
  if (now <= end) return;
  throw new GcsError('ExpiredToken', 'Invalid argument.', {
    elements: { Details: `The provided token has expired. Request signature expired at: ${isoSeconds(end)}` },
  });
};
