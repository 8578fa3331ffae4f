import { S3Error } from '../s3/errors.ts';

/**
 * Status of each error of the XML API, and the reason the JSON API gives for the same. Sources: "HTTP status and error
 * codes for XML" and "HTTP status and error codes for JSON", Cloud Storage reference.
 */
const gcsErrors = {
  AccessDenied: [403, 'forbidden'],
  AuthenticationRequired: [401, 'required'],
  BadDigest: [400, 'invalid'],
  BadRequest: [400, 'badRequest'],
  BucketNameUnavailable: [409, 'conflict'],
  BucketNotEmpty: [409, 'conflict'],
  EntityTooLarge: [400, 'invalid'],
  EntityTooSmall: [400, 'invalid'],
  ExpiredToken: [400, 'invalid'],
  IncompleteBody: [400, 'invalid'],
  InternalError: [500, 'backendError'],
  InvalidArgument: [400, 'invalid'],
  InvalidBucketName: [400, 'invalid'],
  InvalidDigest: [400, 'invalid'],
  InvalidPart: [400, 'invalid'],
  InvalidPartOrder: [400, 'invalid'],
  InvalidRange: [416, 'requestedRangeNotSatisfiable'],
  InvalidStorageClass: [400, 'invalid'],
  InvalidURI: [400, 'invalid'],
  KeyTooLong: [400, 'invalid'],
  MalformedSecurityHeader: [400, 'invalid'],
  MalformedXML: [400, 'invalid'],
  MetadataTooLarge: [400, 'invalid'],
  MethodNotAllowed: [405, 'methodNotAllowed'],
  MissingContentLength: [411, 'required'],
  NoSuchBucket: [404, 'notFound'],
  NoSuchKey: [404, 'notFound'],
  NoSuchUpload: [404, 'notFound'],
  NotImplemented: [501, 'notImplemented'],
  ObjectUnderActiveHold: [403, 'forbidden'],
  NotModified: [304, 'notModified'],
  PreconditionFailed: [412, 'conditionNotMet'],
  RequestTimeTooSkewed: [403, 'forbidden'],
  SignatureDoesNotMatch: [403, 'forbidden'],
} as const;

/** Code in the `Code` element of an error of the XML API. */
export type GcsErrorCode = keyof typeof gcsErrors;

/** What an error answer carries beside code and message. */
export interface GcsErrorExtras {
  /** Further XML elements, by name; `Details` is the usual one. */
  readonly elements?: Readonly<Record<string, string>>;
  /** Further response headers, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Reason in the JSON API, where it isn't the usual one of the code. */
  readonly reason?: string;
}

/** An answer other than success; each API writes it in its own form. */
export class GcsError extends Error {
  readonly code: GcsErrorCode;
  readonly status: number;
  readonly reason: string;
  readonly elements: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: GcsErrorCode, message: string, extras: GcsErrorExtras = {}) {
    super(message);
    this.name = 'GcsError';
    this.code = code;
    [this.status] = gcsErrors[code];
    this.reason = extras.reason ?? gcsErrors[code][1];
    this.elements = extras.elements ?? {};
    this.headers = extras.headers ?? {};
  }
}

const isCode = (code: string): code is GcsErrorCode => Object.hasOwn(gcsErrors, code);

/** The answer to whatever was thrown; the pieces shared with the S3 server throw its errors, whose codes are the same. */
export const toGcsError = (thrown: unknown): GcsError => {
  if (thrown instanceof GcsError) return thrown;
  if (thrown instanceof S3Error && isCode(thrown.code)) {
    return new GcsError(thrown.code, thrown.message, { elements: thrown.elements, headers: thrown.headers });
  }
  return new GcsError('InternalError', 'We encountered an internal error. Please try again.', {
    elements: { Details: thrown instanceof Error ? thrown.message : 'unknown' },
  });
};
