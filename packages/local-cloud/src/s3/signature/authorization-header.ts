import { S3Error } from '../errors.ts';
import type { S3Request } from '../types.ts';
import { isoSeconds, malformedClaim, parseAmzDate, parseCredential, type SignatureClaim } from './claim.ts';
import { allowedSkew } from './presigned.ts';

const algorithm = 'AWS4-HMAC-SHA256';

/** Reads the claim of an Authorization header. Source: "Authenticating requests: Authorization header", S3 API. */
export const readAuthorizationHeader = (request: S3Request): SignatureClaim => {
  const header = request.headers.get('authorization') ?? '';
  if (!header.startsWith(`${algorithm} `)) {
    if (/^AWS4-|^AWS /.test(header)) {
      throw new S3Error(
        'InvalidRequest',
        `The authorization mechanism you have provided is not supported. Please use ${algorithm}.`,
      );
    }
    throw new S3Error('InvalidArgument', 'Unsupported Authorization Type', {
      elements: { ArgumentName: 'Authorization' },
    });
  }
  const fields = parseFields(header.slice(algorithm.length + 1));
  const payloadHash = request.headers.get('x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  const { amzDate, time } = requestDate(request);
  return {
    place: 'header',
    scope: parseCredential('header', fields.credential),
    amzDate,
    time,
    signedHeaders: fields.signedHeaders.split(';'),
    signature: fields.signature,
    payloadHash,
    securityToken: request.headers.get('x-amz-security-token'),
    expires: undefined,
  };
};

const parseFields = (text: string): { credential: string; signedHeaders: string; signature: string } => {
  const fields = new Map(
    text.split(',').map((field) => {
      const equals = field.indexOf('=');
      return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()] as const;
    }),
  );
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (!credential || !signedHeaders || !signature) {
    throw malformedClaim(
      'header',
      'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    );
  }
  return { credential, signedHeaders, signature };
};

const requestDate = (request: S3Request): { amzDate: string; time: number } => {
  const amzDate = request.headers.get('x-amz-date');
  const date = request.headers.get('date');
  const time = amzDate === undefined ? Date.parse(date ?? '') : parseAmzDate(amzDate);
  if (time === undefined || Number.isNaN(time)) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  return { amzDate: amzDate ?? isoSeconds(time).replace(/[-:]/g, ''), time };
};

/** Refuses a time more than 15 minutes from the server's. */
export const checkHeaderTime = (claim: SignatureClaim, now: number): void => {
  if (Math.abs(now - claim.time) <= allowedSkew) return;
  throw new S3Error(
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    {
      elements: {
        RequestTime: claim.amzDate,
        ServerTime: isoSeconds(now),
        MaxAllowedSkewMilliseconds: String(allowedSkew),
      },
    },
  );
};
