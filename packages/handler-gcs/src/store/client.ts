import { Storage, type StorageOptions } from '@google-cloud/storage';
import { TransferError } from '@mesibo-files/handler-core';
import { type SignerCall, type StoreClock, storeError } from '@mesibo-files/handler-core/provider';
import { answerFailure, codeOf, plainHeaders, STORE_CODES } from '../format/codes.ts';
import { ANSWER_WITHIN, type GcsOptions, payer, SKEWED } from '../options.ts';
import type { Credentials } from '../presign/credentials.ts';
import { environmentEndpoint, foreignKeyFile } from '../presign/environment.ts';

/** Google's libraries fetch tokens here, whatever a key file says. */
const TOKEN_URI = 'https://www.googleapis.com/oauth2/v4/token';

/** Life of an assertion, in seconds. */
const ASSERTION_LIFE = 3600;

/** The official client, with its retries off, and its assertions dated by the store's clock. */
export function makeClient(options: GcsOptions, clock: StoreClock): Storage {
  if (options.client !== undefined) return options.client;
  const { keyFilename, projectId, universeDomain } = options;
  const endpoint = options.endpoint ?? environmentEndpoint(process.env) ?? undefined;
  const credentials = options.credentials ?? foreignKeyFile(keyFilename, process.env) ?? undefined;
  const tokenUri = credentials?.token_uri ?? TOKEN_URI;
  return new Storage({
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(keyFilename === undefined || credentials !== undefined ? {} : { keyFilename }),
    ...(universeDomain === undefined ? {} : { universeDomain }),
    ...(credentials === undefined
      ? {}
      : { credentials: { client_email: credentials.client_email, private_key: credentials.private_key } }),
    useAuthWithCustomEndpoint: true,
    retryOptions: { autoRetry: false, maxRetries: 0 },
    clientOptions: clientOptions(clock, tokenUri),
  });
}

/**
 * Claims of the assertion that is exchanged for a token override the library's, which it dates by the system's clock.
 * They are getters, so that each assertion gets the time of its making.
 */
function clientOptions(clock: StoreClock, tokenUri: string): NonNullable<StorageOptions['clientOptions']> {
  const now = (): number => Math.floor(clock.now() / 1000);
  return {
    additionalClaims: {
      get iat() {
        return now();
      },
      get exp() {
        return now() + ASSERTION_LIFE;
      },
      ...(tokenUri === TOKEN_URI ? {} : { aud: tokenUri }),
    },
    transporterOptions: {
      // The engine retries.
      retryConfig: { retry: 0, noResponseRetries: 0 },
      ...(tokenUri === TOKEN_URI
        ? {}
        : {
            adapter: (request, send) =>
              send(String(request.url) === TOKEN_URI ? { ...request, url: tokenUri } : request),
          }),
    },
  };
}

/** A request of the signer's own. */
export interface StoreRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `token`: sent with an access token. `url`: the URL itself is the credential. */
  readonly by: 'token' | 'url';
  /** Milliseconds. Default a minute. */
  readonly within?: number;
}

export interface StoreAnswer {
  readonly status: number;
  /** The store's own code, or null; always null after success. */
  readonly code: string | null;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `off`: how far our clock was from the store's, in milliseconds. It has been put right by then. */
type TimedAnswer = StoreAnswer & { readonly off: number };

/** Which refusals are outcomes: by code, or by status where the answer has none. */
type Expected = (answer: StoreAnswer) => boolean;

/** The signer's own requests: through the client's transport, their clock kept right, failures as TransferErrors. */
export class StoreCaller {
  readonly #credentials: Credentials;
  readonly #clock: StoreClock;
  readonly #userProject: string | null;

  /** `userProject`: who pays for requests, or null for the bucket's own project. */
  constructor(credentials: Credentials, clock: StoreClock, userProject: string | null = null) {
    this.#credentials = credentials;
    this.#clock = clock;
    this.#userProject = userProject;
  }

  /**
   * Sends one request. `doing` names it in errors. A refusal that is not `expected` is an error. Where the store's
   * clock and ours disagree, ours is corrected and the error is `clock-skewed`: the next call works.
   */
  async send(
    doing: string,
    call: SignerCall,
    request: StoreRequest,
    expected: Expected = () => false,
  ): Promise<StoreAnswer> {
    const { signal } = call;
    try {
      const answer = await untilStopped(signal, this.#transmitTwice(doing, signal, request));
      if (answer.status < 300 || expected(answer)) return answer;
      if (Math.abs(answer.off) > SKEWED && [400, 401, 403].includes(answer.status)) {
        throw new TransferError(
          'clock-skewed',
          `${doing}: the clock was off by ${Math.round(answer.off / 1000)} s`,
        );
      }
      const secretId = request.by === 'url';
      throw storeError(
        STORE_CODES,
        answerFailure(answer.status, answer.headers, answer.body, secretId),
        doing,
      );
    } catch (error) {
      if (signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
      throw error;
    }
  }

  /** A token that the store does not take may be over by its clock: one refusal of it is answered by a new one. */
  async #transmitTwice(doing: string, signal: AbortSignal, request: StoreRequest): Promise<TimedAnswer> {
    const answer = await this.#transmit(doing, signal, request);
    if (answer.status !== 401 || request.by === 'url') return answer;
    await this.#credentials.renew();
    return this.#transmit(doing, signal, request);
  }

  async #transmit(
    doing: string,
    signal: AbortSignal,
    { method, url, headers, body, by, within }: StoreRequest,
  ): Promise<TimedAnswer> {
    const client = await this.#credentials.client();
    const token =
      by === 'token' ? { ...(await this.#credentials.headers(url)), ...payer(this.#userProject) } : {};
    const sentAt = Date.now();
    try {
      const answer = await client.transporter.request<string>({
        method,
        url,
        headers: { ...headers, ...token },
        ...(body === undefined ? {} : { data: body }),
        responseType: 'text',
        timeout: within ?? ANSWER_WITHIN,
        validateStatus: () => true,
        signal,
      });
      const { status } = answer;
      const code = status < 300 ? null : codeOf(answer.data);
      const answered = plainHeaders(answer.headers);
      const off = this.#clock.learn(Date.parse(answered.date ?? ''), Date.now() - sentAt);
      return { status, code, headers: answered, body: answer.data, off };
    } catch (error) {
      throw this.#credentials.failure(error, doing, sentAt);
    }
  }
}

/** A token that several wait for is fetched on; who is stopped waits no more. */
async function untilStopped<Value>(signal: AbortSignal, running: Promise<Value>): Promise<Value> {
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new TransferError('stopped', 'stopped'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([running, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
