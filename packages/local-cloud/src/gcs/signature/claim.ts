import { parseAmzDate } from '../../s3/signature/claim.ts';
import { GcsError } from '../errors.ts';
import type { GcsRequest } from '../types.ts';

/** What a signed URL says of its own signature, read but not verified. */
export interface SignatureClaim {
  readonly clientEmail: string;
  /** `yyyyMMdd/auto/storage/goog4_request` */
  readonly scope: string;
  /** yyyyMMddTHHmmssZ */
  readonly date: string;
  /** The same in epoch ms. */
  readonly time: number;
  /** Seconds. */
  readonly expires: number;
  /** Lower-case, in the order sent. */
  readonly signedHeaders: readonly string[];
  readonly signature: Buffer;
}

const week = 604_800;

const malformed = (parameter: string, details: string): GcsError =>
  new GcsError('MalformedSecurityHeader', 'Your request has a malformed header.', {
    elements: { ParameterName: parameter, Details: details },
  });

const required = (request: GcsRequest, name: string): string => {
  // gsutil writes the names in lower case; Cloud Storage takes any.
  const value = request.query.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
  if (value) return value;
  throw malformed(name, `The query parameter ${name} is missing`);
};

/** Whether the query says that it is signed. */
export const isSigned = (request: GcsRequest): boolean =>
  request.query.some(([name]) => /^x-goog-(?:signature|algorithm)$/i.test(name));

/** Reads the query of a signed URL. Source: "V4 signing process with Cloud Storage tools", query parameters. */
export const readClaim = (request: GcsRequest): SignatureClaim => {
  const algorithm = required(request, 'X-Goog-Algorithm');
  if (algorithm !== 'GOOG4-RSA-SHA256') {
    throw malformed('X-Goog-Algorithm', `local-cloud verifies GOOG4-RSA-SHA256 only, not ${algorithm}`);
  }
  const date = required(request, 'X-Goog-Date');
  const time = parseAmzDate(date);
  if (time === undefined) throw malformed('X-Goog-Date', `${date} is no date of the form yyyyMMddTHHmmssZ`);
  const signature = required(request, 'X-Goog-Signature');
  if (!/^([0-9a-fA-F]{2})+$/.test(signature)) {
    throw malformed('X-Goog-Signature', 'Signature was not hex encoded');
  }
  return {
    ...readCredential(required(request, 'X-Goog-Credential'), date),
    date,
    time,
    expires: readExpires(required(request, 'X-Goog-Expires')),
    signedHeaders: readSignedHeaders(required(request, 'X-Goog-SignedHeaders'), request),
    signature: Buffer.from(signature, 'hex'),
  };
};

const readCredential = (text: string, date: string): Pick<SignatureClaim, 'clientEmail' | 'scope'> => {
  const fields = text.split('/');
  const [day, location, service, terminal] = fields.slice(-4);
  const clientEmail = fields.slice(0, -4).join('/');
  const fault =
    clientEmail === '' || day !== date.slice(0, 8)
      ? 'expecting EMAIL/DATE/LOCATION/storage/goog4_request with the day of X-Goog-Date'
      : !location || service !== 'storage' || terminal !== 'goog4_request'
        ? 'expecting the scope DATE/LOCATION/storage/goog4_request'
        : undefined;
  if (fault !== undefined) throw malformed('X-Goog-Credential', fault);
  return { clientEmail, scope: fields.slice(-4).join('/') };
};

const readExpires = (text: string): number => {
  const expires = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (expires >= 1 && expires <= week) return expires;
  throw new GcsError('InvalidArgument', 'Invalid argument.', {
    elements: {
      ParameterName: 'X-Goog-Expires',
      Details: `X-Goog-Expires must be from 1 to ${week} seconds`,
    },
  });
};

/** The host and every `x-goog-*` header sent must be signed, and every signed header sent. */
const readSignedHeaders = (text: string, request: GcsRequest): string[] => {
  const signed = text.split(';');
  const sorted = [...signed].sort();
  if (text !== text.toLowerCase() || sorted.some((name, index) => name !== signed[index])) {
    throw malformed('X-Goog-SignedHeaders', 'Signed headers must be lower-case and sorted');
  }
  if (!signed.includes('host')) throw malformed('X-Goog-SignedHeaders', 'The host header must be signed');
  const missing = signed.find((name) => !request.headers.has(name));
  if (missing !== undefined) {
    throw malformed(missing, 'Header was included in signedheaders, but not in the request.');
  }
  const unsigned = [...request.headers.keys()].find(
    (name) => name.startsWith('x-goog-') && !signed.includes(name),
  );
  if (unsigned !== undefined) {
    throw malformed(unsigned, 'Header was included in the request, but not in signedheaders.');
  }
  return signed;
};
