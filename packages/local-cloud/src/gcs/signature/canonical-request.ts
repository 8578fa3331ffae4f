import { createHash } from 'node:crypto';
import { decodeUri, encodeUri } from '../../s3/signature/uri-encoding.ts';
import type { GcsRequest } from '../types.ts';
import type { SignatureClaim } from './claim.ts';

// Source: "Canonical requests", Cloud Storage.

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every name and value but the signature itself, encoded and sorted. */
const canonicalQuery = (query: GcsRequest['query']): string =>
  query
    .filter(([name]) => name.toLowerCase() !== 'x-goog-signature')
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** The path decoded once and encoded again; dots are not resolved. */
const canonicalPath = (rawPath: string): string => rawPath.split('/').map(decodeUri).map(encodeUri).join('/');

const canonicalHeaders = (request: GcsRequest, names: readonly string[], host: string): string =>
  names
    .map((name) => {
      const value = name === 'host' ? host : (request.headers.get(name) ?? '');
      return `${name}:${value.trim().replace(/\s+/g, ' ')}\n`;
    })
    .join('');

/** Each character stands for one byte; `host` is what the header is taken to say. */
export const canonicalRequest = (request: GcsRequest, claim: SignatureClaim, host: string): string =>
  [
    request.method,
    canonicalPath(request.rawPath),
    canonicalQuery(request.query),
    canonicalHeaders(request, claim.signedHeaders, host),
    claim.signedHeaders.join(';'),
    request.headers.get('x-goog-content-sha256') ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');

/** What is signed: algorithm, time, scope and the digest of the canonical request. */
export const stringToSign = (claim: SignatureClaim, canonical: string): string =>
  [
    'GOOG4-RSA-SHA256',
    claim.date,
    claim.scope,
    createHash('sha256').update(canonical, 'latin1').digest('hex'),
  ].join('\n');
