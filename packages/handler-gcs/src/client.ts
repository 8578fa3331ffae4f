import { Storage, type StorageOptions } from '@google-cloud/storage';
import type { StoreClock } from '@mesibo-files/handler-core/provider';
import type { GcsOptions } from './options.ts';

/** Google's libraries fetch tokens here, whatever a key file says. */
const TOKEN_URI = 'https://www.googleapis.com/oauth2/v4/token';

/** Life of an assertion, in seconds. */
const ASSERTION_LIFE = 3600;

/** The official client, with its retries off, and its assertions dated by the store's clock. */
export function makeClient(options: GcsOptions, clock: StoreClock): Storage {
  if (options.client !== undefined) return options.client;
  const { credentials, endpoint, keyFilename, projectId } = options;
  const tokenUri = credentials?.token_uri ?? TOKEN_URI;
  return new Storage({
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(keyFilename === undefined ? {} : { keyFilename }),
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
