import { S3Error } from '../errors.ts';
import type { S3Call } from '../types.ts';
import { type ChecksumAlgorithm, checksumAlgorithmOf, checksumAlgorithms, digestBytes } from './digests.ts';

/** What the headers say of a body; all of it is verified while the body is read. */
export interface BodyPlan {
  /** Bytes of the content, without chunk framing. */
  readonly length: number;
  /** Whether the content is framed as `aws-chunked`. */
  readonly chunked: boolean;
  readonly md5: Buffer | undefined;
  /** Lower-case hexadecimal. */
  readonly sha256: string | undefined;
  /** `value` is absent when it comes in a trailer. */
  readonly checksum:
    | { readonly algorithm: ChecksumAlgorithm; readonly value: Buffer | undefined }
    | undefined;
  /** Lower-case name of the trailer that must follow. */
  readonly trailer: string | undefined;
}

const unsignedPayload = 'UNSIGNED-PAYLOAD';
const unsignedTrailer = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/**
 * Reads the plan from the headers. At Complete `x-amz-checksum-*` is the object's and says nothing of the body:
 * `checksumOf` tells which it is.
 */
export const planBody = (call: S3Call, checksumOf: 'body' | 'object' = 'body'): BodyPlan => {
  const { headers } = call.request;
  const { payloadHash } = call.authentication;
  const chunked = payloadHash.startsWith('STREAMING-');
  if (chunked && payloadHash !== unsignedTrailer) {
    throw new S3Error('NotImplemented', `local-cloud does not implement ${payloadHash}`);
  }
  const trailer = chunked ? headers.get('x-amz-trailer')?.trim().toLowerCase() : undefined;
  return {
    length: contentLength(call, chunked),
    chunked,
    md5: statedMd5(headers.get('content-md5')),
    sha256: chunked || payloadHash === unsignedPayload ? undefined : payloadHash,
    checksum: checksumOf === 'object' ? undefined : statedChecksum(headers, trailer),
    trailer,
  };
};

const contentLength = (call: S3Call, chunked: boolean): number => {
  const { headers } = call.request;
  const text = chunked ? headers.get('x-amz-decoded-content-length') : headers.get('content-length');
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  if (text !== undefined) throw new S3Error('InvalidArgument', 'Invalid content length');
  if (!chunked && headers.has('transfer-encoding')) {
    throw new S3Error(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
      {
        elements: { Header: 'Transfer-Encoding' },
      },
    );
  }
  throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
};

const decodeBase64 = (text: string, bytes: number): Buffer | undefined => {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text ? decoded : undefined;
};

const statedMd5 = (text: string | undefined): Buffer | undefined => {
  if (text === undefined) return undefined;
  const md5 = decodeBase64(text, digestBytes.md5);
  if (md5 === undefined) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.', {
      elements: { 'Content-MD5': text },
    });
  }
  return md5;
};

const statedChecksum = (
  headers: ReadonlyMap<string, string>,
  trailer: string | undefined,
): BodyPlan['checksum'] => {
  const stated = checksumAlgorithms.filter((algorithm) => headers.has(`x-amz-checksum-${algorithm}`));
  const trailing =
    trailer === undefined ? undefined : checksumAlgorithmOf(trailer.replace('x-amz-checksum-', ''));
  if (trailer !== undefined && trailing === undefined) {
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  }
  if (stated.length + (trailing === undefined ? 0 : 1) > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const algorithm = stated[0] ?? trailing;
  const named = headers.get('x-amz-sdk-checksum-algorithm');
  if (named !== undefined && checksumAlgorithmOf(named) === undefined) {
    throw new S3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  if (named !== undefined && algorithm === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  if (named !== undefined && checksumAlgorithmOf(named) !== algorithm) {
    throw new S3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  if (algorithm === undefined) return undefined;
  const text = headers.get(`x-amz-checksum-${algorithm}`);
  return { algorithm, value: text === undefined ? undefined : checksumValue(algorithm, text) };
};

/** Decodes a checksum in base64, or refuses it as S3 does. */
export const checksumValue = (algorithm: ChecksumAlgorithm, text: string): Buffer => {
  const value = decodeBase64(text, digestBytes[algorithm]);
  if (value === undefined) {
    throw new S3Error('InvalidRequest', `Value for x-amz-checksum-${algorithm} header is invalid.`);
  }
  return value;
};
