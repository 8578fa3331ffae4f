import { timingSafeEqual } from 'node:crypto';
import { S3Error } from '../errors.ts';
import type { Authentication, S3Credentials, S3Request, S3State } from '../types.ts';
import { checkHeaderTime, readAuthorizationHeader } from './authorization-header.ts';
import { canonicalRequest, computeSignature, stringToSign } from './canonical-request.ts';
import { checkScope, type SignatureClaim } from './claim.ts';
import { checkPresignedTime, readPresigned } from './presigned.ts';

const payloadHashes = /^(UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+|[0-9a-f]{64})$/;

/** Verifies the signature of a request, or finds that it is anonymous; throws S3's error for anything wrong. */
export const authenticate = (request: S3Request, state: S3State): Authentication => {
  const presigned = request.query.some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature');
  const authorized = request.headers.has('authorization');
  const oldStyle = request.query.some(([name]) => name === 'Signature' || name === 'AWSAccessKeyId');
  if (Number(presigned) + Number(authorized) + Number(oldStyle) > 1) {
    throw new S3Error(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      { elements: { ArgumentName: 'Authorization' } },
    );
  }
  if (oldStyle) {
    throw new S3Error(
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  if (!presigned && !authorized) return { accessKeyId: undefined, payloadHash: 'UNSIGNED-PAYLOAD' };
  const claim = presigned ? readPresigned(request) : readAuthorizationHeader(request);
  if (!payloadHashes.test(claim.payloadHash)) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, or a valid sha256 value.',
      { elements: { ArgumentName: 'x-amz-content-sha256' } },
    );
  }
  checkScope(claim, state.region);
  if (presigned) checkPresignedTime(claim, state.now());
  else checkHeaderTime(claim, state.now());
  const credentials = findCredentials(claim, state);
  checkSignature(request, claim, credentials);
  checkAllSigned(request, claim);
  return { accessKeyId: credentials.accessKeyId, payloadHash: claim.payloadHash };
};

const findCredentials = (claim: SignatureClaim, state: S3State): S3Credentials => {
  const credentials = state.credentials.get(claim.scope.accessKeyId);
  if (credentials === undefined) {
    throw new S3Error(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      {
        elements: { AWSAccessKeyId: claim.scope.accessKeyId },
      },
    );
  }
  if (credentials.sessionToken !== claim.securityToken) {
    throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  if (credentials.expiresAt !== undefined && state.now() > credentials.expiresAt) {
    throw new S3Error('ExpiredToken', 'The provided token has expired.');
  }
  return credentials;
};

const checkSignature = (request: S3Request, claim: SignatureClaim, credentials: S3Credentials): void => {
  const canonical = canonicalRequest(request, claim);
  const text = stringToSign(claim, canonical);
  const expected = computeSignature(credentials.secretAccessKey, claim, text);
  const given = Buffer.from(/^[0-9a-f]{64}$/.test(claim.signature) ? claim.signature : '', 'hex');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new S3Error(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    {
      elements: {
        AWSAccessKeyId: credentials.accessKeyId,
        StringToSign: text,
        SignatureProvided: claim.signature,
        CanonicalRequest: Buffer.from(canonical, 'latin1').toString('utf8'),
      },
    },
  );
};

/** S3 wants the host, Content-MD5 and every `x-amz-*` header signed, if sent. */
const checkAllSigned = (request: S3Request, claim: SignatureClaim): void => {
  const unsigned = [...request.headers.keys()].filter(
    (name) =>
      (name === 'host' || name === 'content-md5' || name.startsWith('x-amz-')) &&
      !claim.signedHeaders.includes(name),
  );
  if (unsigned.length === 0) return;
  throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
    elements: { HeadersNotSigned: unsigned.join(', ') },
  });
};
