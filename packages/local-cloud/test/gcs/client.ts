import { Storage } from '@google-cloud/storage';
import type { RunningGcs } from '../../src/gcs/start-gcs.ts';

/** The library asks this address for tokens; it can't be told another one, but its requests can be led elsewhere. */
const googleTokenUri = 'https://www.googleapis.com/oauth2/v4/token';

/** The official client, pointed at a server. */
export const officialClient = ({
  clientEmail,
  endpoint,
  privateKey,
  tokenUri,
}: Pick<RunningGcs, 'clientEmail' | 'endpoint' | 'privateKey' | 'tokenUri'>): Storage =>
  new Storage({
    apiEndpoint: endpoint,
    useAuthWithCustomEndpoint: true,
    projectId: 'any',
    credentials: { client_email: clientEmail, private_key: privateKey },
    clientOptions: {
      transporterOptions: {
        adapter: (options, send) =>
          send(String(options.url) === googleTokenUri ? { ...options, url: tokenUri } : options),
      },
    },
  });
