import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import { fileUrlFor, MINUTE, SECOND, type StoreClock, trimEnd } from '@mesibo-files/handler-core/provider';
import { accessPointOf } from '../format/access-point.ts';
import { readFailure, transferError } from '../format/codes.ts';
import { type BucketLocation, keyOfBucketUrl } from '../format/urls.ts';
import type { S3Options, Settings } from '../options.ts';
import { CredentialKeeper } from '../presign/credentials.ts';
import { proxyAgents } from './proxy.ts';

/** Where the bucket is, and by which client and credentials it is asked. It may be found in another region. */
export class BucketHome {
  readonly #options: S3Options;
  readonly #settings: Settings;
  readonly #clock: StoreClock;
  #client: S3Client;
  #credentials: CredentialKeeper;
  #found: Promise<BucketLocation> | undefined;
  #known: BucketLocation | null = null;
  #movedTo: string | null = null;

  constructor(options: S3Options, settings: Settings, clock: StoreClock) {
    this.#options = options;
    this.#settings = settings;
    this.#clock = clock;
    this.#client = makeClient(options, settings, null);
    this.#credentials = new CredentialKeeper(this.#client, clock);
  }

  get client(): S3Client {
    return this.#client;
  }

  get credentials(): CredentialKeeper {
    return this.#credentials;
  }

  /** Where requests go; found out once, with no request. @throws `invalid-argument` where the options give no address */
  location(): Promise<BucketLocation> {
    if (this.#found !== undefined) return this.#found;
    const found = locate(this.#client, this.#settings);
    this.#found = found;
    found.then(
      (location) => {
        if (this.#found === found) this.#known = location;
      },
      () => {
        if (this.#found === found) this.#found = undefined;
      },
    );
    return found;
  }

  /** The key in one of the bucket's own URLs, or null: by Amazon's spellings, and by the SDK's own address once it is known. */
  keyOf(url: string): string | null {
    return keyOfBucketUrl(this.#settings, url, this.#known?.baseUrl ?? null);
  }

  /**
   * Amazon has said in which region the bucket is: from now on all goes there. False where that is no news, or where
   * somebody else says where requests go.
   */
  moveTo(region: string): boolean {
    const { client, region: stated } = this.#options;
    const ours = client === undefined && this.#settings.endpoint === null;
    if (!ours || !/^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/.test(region)) return false;
    if (region === (this.#movedTo ?? this.#known?.region ?? stated)) return false;
    this.#movedTo = region;
    this.#client = makeClient(this.#options, this.#settings, region);
    this.#credentials = new CredentialKeeper(this.#client, this.#clock);
    this.#found = undefined;
    this.#known = null;
    return true;
  }
}

/** A client with the SDK's retries, redirects and unasked-for checksums off. */
function makeClient(options: S3Options, settings: Settings, moved: string | null): S3Client {
  if (options.client !== undefined) return options.client;
  const own = options.region ?? (settings.endpoint === null ? undefined : environmentRegion());
  const region = moved ?? own;
  return new S3Client({
    ...(region === undefined ? {} : { region }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    ...(settings.endpoint === null ? {} : { endpoint: settings.endpoint }),
    forcePathStyle: settings.forcePathStyle,
    useAccelerateEndpoint: settings.accelerate,
    useDualstackEndpoint: settings.dualStack,
    useArnRegion: true,
    maxAttempts: 1,
    followRegionRedirects: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A store that hangs must not hang us; Amazon keeps a long Complete alive by sending spaces.
    requestHandler: { connectionTimeout: 10 * SECOND, socketTimeout: MINUTE, ...proxyAgents() },
  });
}

/** Custom stores seldom mind the region, but a signature has to name one. */
function environmentRegion(): string {
  const environment = typeof process === 'undefined' ? {} : process.env;
  return environment.AWS_REGION || environment.AWS_DEFAULT_REGION || 'us-east-1';
}

/**
 * Asks the SDK where the bucket is (region, endpoint, path style, partition), with no request: its own rules decide,
 * so that our URLs and its calls go to the same place.
 */
async function locate(client: S3Client, settings: Settings): Promise<BucketLocation> {
  let found: Omit<BucketLocation, 'region' | 'baseUrl'> | undefined;
  const arn = accessPointOf(settings.bucket);
  const command = new HeadBucketCommand({ Bucket: settings.bucket });
  command.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, path } = readRequest(args.request);
      found = { protocol, hostname, port, path: trimEnd(path, '/') };
      return { output: { $metadata: {} }, response: undefined };
    },
    { step: 'build', name: 'locateBucket' },
  );
  const region = arn?.region ?? (await regionOf(client));
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
  // An address of Amazon's is the SDK's to say, in every partition; another one must be known to `owns` from the start.
  const amazon = settings.endpoint === null && client.config.isCustomEndpoint !== true;
  if (!amazon && keyOfBucketUrl(settings, fileUrlFor(baseUrl, 'key'), null) === null) {
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
