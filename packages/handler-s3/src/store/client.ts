import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import {
  fileUrlFor,
  MINUTE,
  SECOND,
  type SignerCall,
  type StoreClock,
  trimEnd,
} from '@mesibo-files/handler-core/provider';
import { readFailure, transferError } from '../format/codes.ts';
import { type BucketLocation, keyOfBucketUrl } from '../format/urls.ts';
import type { S3Options, Settings } from '../options.ts';

/** From this on a refusal is the clock's fault: stores allow 15 minutes, some only 5. */
const SKEWED = 4 * MINUTE;

/** What every call of the SDK is given. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

type Run<Output> = (client: S3Client, options: CallOptions) => Promise<Output>;

/** What a call came to: its output, or the expected code of the store's refusal. */
export type Outcome<Output> = { readonly code: null; readonly output: Output } | { readonly code: string };

/** A client with the SDK's retries, redirects and unasked-for checksums off. */
export function makeClient(options: S3Options, settings: Settings): S3Client {
  if (options.client !== undefined) return options.client;
  const region = options.region ?? (settings.endpoint === null ? undefined : environmentRegion());
  return new S3Client({
    ...(region === undefined ? {} : { region }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    ...(settings.endpoint === null ? {} : { endpoint: settings.endpoint }),
    forcePathStyle: settings.forcePathStyle,
    maxAttempts: 1,
    followRegionRedirects: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A store that hangs must not hang us; Amazon keeps a long Complete alive by sending spaces.
    requestHandler: { connectionTimeout: 10 * SECOND, socketTimeout: MINUTE },
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

/** Calls of the SDK: their clock is kept right, and their failures become TransferErrors. */
export class StoreCaller {
  readonly client: S3Client;
  readonly #clock: StoreClock;
  readonly #ready: () => Promise<unknown>;
  #checked = false;

  /** `ready` is awaited before each call: it rejects where the options give no address to call. */
  constructor(client: S3Client, clock: StoreClock, ready: () => Promise<unknown>) {
    this.client = client;
    this.#clock = clock;
    this.#ready = ready;
  }

  /** Makes one call. `doing` names it in errors. */
  async ask<Output>(doing: string, call: SignerCall, run: Run<Output>): Promise<Output> {
    const outcome = await this.attempt(doing, call, [], run);
    if (outcome.code === null) return outcome.output;
    throw new TransferError('internal', `${doing}: ${outcome.code}`);
  }

  /**
   * Makes one call; a refusal with one of the `expected` codes of the store is an outcome, any other an error. Where
   * the store's clock and ours disagree, ours is corrected and the error is `clock-skewed`: the next call works.
   */
  async attempt<Output>(
    doing: string,
    call: SignerCall,
    expected: readonly string[],
    run: Run<Output>,
  ): Promise<Outcome<Output>> {
    if (call.signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
    await this.#checkClient();
    await this.#ready();
    const sentAt = Date.now();
    this.client.config.systemClockOffset = this.#clock.now() - sentAt;
    try {
      const output = await run(this.client, { abortSignal: call.signal });
      this.#learn(sentAt);
      return { code: null, output };
    } catch (error) {
      if (call.signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
      if (TransferError.is(error)) throw error;
      const failure = readFailure(error);
      if (failure.status === null) throw transferError(failure, doing);
      const off = this.#learn(sentAt);
      if (expected.includes(failure.name)) return { code: failure.name };
      // The SDK goes by the system's clock, and so may still hold on to credentials that are over.
      if (failure.name === 'ExpiredToken')
        await this.client.config.credentials({ forceRefresh: true }).catch(() => null);
      if (failure.name === 'RequestTimeTooSkewed' || (Math.abs(off) > SKEWED && isRefusal(failure.status))) {
        throw new TransferError('clock-skewed', `${doing}: the clock was off by ${Math.round(off / 1000)} s`);
      }
      throw transferError(failure, doing);
    }
  }

  /** The SDK reads the store's time in every answer, good or bad, and keeps how far the system's clock is from it. */
  #learn(sentAt: number): number {
    return this.#clock.learn(Date.now() + this.client.config.systemClockOffset, Date.now() - sentAt);
  }

  async #checkClient(): Promise<void> {
    if (this.#checked) return;
    if ((await this.client.config.requestChecksumCalculation()) !== 'WHEN_REQUIRED') {
      throw new TransferError(
        'invalid-argument',
        "S3 options: client must be made with requestChecksumCalculation: 'WHEN_REQUIRED'.",
      );
    }
    this.#checked = true;
  }
}

function isRefusal(status: number | null): boolean {
  return status === 400 || status === 401 || status === 403;
}
