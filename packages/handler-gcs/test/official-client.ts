import { Storage } from '@google-cloud/storage';
import type { GcsConnection } from '@mesibo-files/local-cloud';

/** The library asks this address for tokens; it can't be told another one, but its requests can be led elsewhere. */
const GOOGLE_TOKEN_URI = 'https://www.googleapis.com/oauth2/v4/token';

/** The official client on its own, pointed at the local store. */
export function officialClient({
  clientEmail,
  endpoint,
  privateKey,
  tokenUri,
}: Pick<GcsConnection, 'clientEmail' | 'endpoint' | 'privateKey' | 'tokenUri'>): Storage {
  return new Storage({
    apiEndpoint: endpoint,
    useAuthWithCustomEndpoint: true,
    projectId: 'any',
    credentials: { client_email: clientEmail, private_key: privateKey },
    clientOptions: {
      transporterOptions: {
        adapter: (request, send) =>
          send(String(request.url) === GOOGLE_TOKEN_URI ? { ...request, url: tokenUri } : request),
      },
    },
  });
}
