import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import { fileUrlFor, keyOfFileUrl, trimEnd } from '@mesibo-files/handler-core/provider';
import { readFailure, transferError } from './errors.ts';
import type { Settings } from './settings.ts';

/** Where requests about the bucket go. */
export interface BucketLocation {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  /** Path before an object's key, with no slash at its end; escaped. */
  readonly path: string;
  readonly region: string;
  /** Origin and path: the base of the bucket's own file URLs. */
  readonly baseUrl: string;
}

/**
 * Asks the SDK where the bucket is (region, endpoint, path style, partition), with no request: its own rules decide,
 * so that our URLs and its calls go to the same place.
 */
export async function locate(client: S3Client, settings: Settings): Promise<BucketLocation> {
  let found: Omit<BucketLocation, 'region' | 'baseUrl'> | undefined;
  const command = new HeadBucketCommand({ Bucket: settings.bucket });
  command.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, path } = readRequest(args.request);
      found = { protocol, hostname, port, path: trimEnd(path, '/') };
      return { output: { $metadata: {} }, response: undefined };
    },
    { step: 'build', name: 'locateBucket' },
  );
  const region = await regionOf(client);
  try {
    await client.send(command);
  } catch (error) {
    // The SDK looks for credentials first; what it says of those is an answer of its own.
    const known = transferError(readFailure(error), 'finding the bucket');
    if (known.code !== 'internal') throw known;
    throw new TransferError('invalid-argument', 'S3 options: bucket, region and endpoint give no address.', {
      cause: known,
    });
  }
  if (found === undefined) throw new TransferError('internal', 'The SDK did not say where the bucket is.');
  const { protocol, hostname, port, path } = found;
  const baseUrl = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
  if (keyOfBucketUrl(settings, fileUrlFor(baseUrl, 'key')) === null) {
    throw new TransferError(
      'invalid-argument',
      'S3 options: give the endpoint (and forcePathStyle) that the client or its profile uses.',
    );
  }
  return { ...found, region, baseUrl };
}

async function regionOf(client: S3Client): Promise<string> {
  try {
    return await client.config.region();
  } catch {
    throw new TransferError(
      'invalid-argument',
      'S3 options: region is missing, and the SDK found none either.',
    );
  }
}

/** Amazon's spellings of a regional S3 host, in all partitions; dual-stack, FIPS and accelerated ones too. */
const AMAZON = /^s3(?:-fips|-accelerate)?(?:\.dualstack)?(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/;

/** The key in one of the bucket's own URLs (not `publicUrl`'s), or null. */
export function keyOfBucketUrl(settings: Settings, url: string): string | null {
  const base =
    settings.endpoint === null ? amazonBase(settings.bucket, url) : customBase(settings, settings.endpoint);
  return base === null ? null : keyOfFileUrl(base, url);
}

function amazonBase(bucket: string, url: string): string | null {
  const [scheme, empty, host = '', first] = url.split('/', 4);
  // The path follows the host, and in the second spelling the bucket.
  if (scheme !== 'https:' || empty !== '' || first === undefined) return null;
  if (host.startsWith(`${bucket}.`) && AMAZON.test(host.slice(bucket.length + 1))) return `https://${host}`;
  const base = `https://${host}/${bucket}`;
  return AMAZON.test(host) && url.startsWith(`${base}/`) ? base : null;
}

function customBase({ bucket, forcePathStyle }: Settings, endpoint: string): string {
  const url = new URL(endpoint);
  const path = trimEnd(url.pathname, '/');
  return forcePathStyle ? `${url.origin}${path}/${bucket}` : `${url.protocol}//${bucket}.${url.host}${path}`;
}

interface ResolvedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  readonly path: string;
}

function readRequest(request: unknown): ResolvedRequest {
  const { protocol, hostname, port, path } = request as Partial<ResolvedRequest>;
  return { protocol: protocol ?? 'https:', hostname: hostname ?? '', port, path: path ?? '' };
}
