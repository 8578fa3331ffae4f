import { createHash, createHmac } from 'node:crypto';
import type { S3Request } from '../types.ts';
import type { SignatureClaim } from './claim.ts';
import { decodeUri, encodeUri } from './uri-encoding.ts';

// Source: "Signature calculations for the Authorization header", Amazon S3 API reference.

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every name and value but the signature itself, encoded, sorted by encoded name and then value. */
const canonicalQuery = (query: S3Request['query']): string =>
  query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** The path decoded once and encoded again; S3 doesn't encode it twice and doesn't resolve dots. */
const canonicalPath = (rawPath: string): string => rawPath.split('/').map(decodeUri).map(encodeUri).join('/');

const canonicalHeaders = (request: S3Request, names: readonly string[]): string =>
  names
    .map((name) => `${name}:${(request.headers.get(name) ?? '').trim().replace(/ {2,}/g, ' ')}\n`)
    .join('');

/** Each character stands for one byte. */
export const canonicalRequest = (request: S3Request, claim: SignatureClaim): string =>
  [
    request.method,
    canonicalPath(request.rawPath),
    canonicalQuery(request.query),
    canonicalHeaders(request, claim.signedHeaders),
    claim.signedHeaders.join(';'),
    claim.payloadHash,
  ].join('\n');

/** What is signed: algorithm, time, scope and the digest of the canonical request. */
export const stringToSign = (claim: SignatureClaim, canonical: string): string =>
  [
    'AWS4-HMAC-SHA256',
    claim.amzDate,
    `${claim.scope.date}/${claim.scope.region}/${claim.scope.service}/${claim.scope.terminal}`,
    createHash('sha256').update(canonical, 'latin1').digest('hex'),
  ].join('\n');

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The signature the secret gives. */
export const computeSignature = (secret: string, claim: SignatureClaim, text: string): Buffer => {
  const { date, region, service, terminal } = claim.scope;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), terminal);
  return hmac(key, text);
};
