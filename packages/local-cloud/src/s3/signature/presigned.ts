import { S3Error } from '../errors.ts';
import type { S3Request } from '../types.ts';
import { isoSeconds, malformedClaim, parseAmzDate, parseCredential, type SignatureClaim } from './claim.ts';

const week = 604_800;
/** A clock may be this far ahead of the server's, in ms. */
export const allowedSkew = 900_000;

const required = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
];

/** Reads the claim of a presigned request. Source: "Authenticating requests: using query parameters", S3 API. */
export const readPresigned = (request: S3Request): SignatureClaim => {
  const query = new Map(request.query);
  if (required.some((name) => !query.get(name))) {
    throw malformedClaim(
      'query',
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (required.some((name) => request.query.filter(([other]) => other === name).length > 1)) {
    throw malformedClaim('query', 'Authentication parameters may be given only once.');
  }
  const value = (name: string): string => query.get(name) ?? '';
  if (value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw malformedClaim('query', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const amzDate = value('X-Amz-Date');
  const time = parseAmzDate(amzDate);
  if (time === undefined) {
    throw malformedClaim('query', `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  return {
    place: 'query',
    scope: parseCredential('query', value('X-Amz-Credential')),
    amzDate,
    time,
    signedHeaders: value('X-Amz-SignedHeaders').split(';'),
    signature: value('X-Amz-Signature'),
    payloadHash:
      request.headers.get('x-amz-content-sha256') ?? query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    securityToken: query.get('X-Amz-Security-Token'),
    expires: parseExpires(value('X-Amz-Expires')),
  };
};

const parseExpires = (text: string): number => {
  if (!/^-?\d+$/.test(text)) throw malformedClaim('query', 'X-Amz-Expires should be a number');
  const expires = Number(text);
  if (expires < 0) throw malformedClaim('query', 'X-Amz-Expires must be non-negative');
  if (expires > week) {
    throw malformedClaim(
      'query',
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return expires;
};

/** Refuses what is expired or dated in the future. */
export const checkPresignedTime = (claim: SignatureClaim, now: number): void => {
  const expires = claim.expires ?? 0;
  const end = claim.time + expires * 1000;
  if (now > end) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      elements: { 'X-Amz-Expires': String(expires), Expires: isoSeconds(end), ServerTime: isoSeconds(now) },
    });
  }
  if (claim.time > now + allowedSkew) {
    throw new S3Error('AccessDenied', 'Request is not yet valid', {
      elements: { 'X-Amz-Date': String(claim.time), Expires: isoSeconds(end), ServerTime: isoSeconds(now) },
    });
  }
};
