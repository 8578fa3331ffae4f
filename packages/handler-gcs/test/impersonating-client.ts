import { Storage } from '@google-cloud/storage';
import { Impersonated, JWT } from 'google-auth-library';

/** Where things are: the store, IAM and the token endpoint; and who really calls. */
export interface Place {
  readonly endpoint: string;
  readonly iam: string;
  readonly clientEmail: string;
  readonly key: string;
  readonly tokenUri: string;
}

/** A client that acts as an account whose key it does not have; its calls of Google are led to the local ones. */
export function impersonating({ endpoint, iam, clientEmail, key, tokenUri }: Place): Storage {
  const sourceClient = new JWT({
    email: clientEmail,
    key,
    scopes: ['https://www.googleapis.com/auth/cloud-platform'],
    transporterOptions: {
      adapter: (request, next) => {
        const url = String(request.url)
          .replace('https://www.googleapis.com/oauth2/v4/token', tokenUri)
          .replace('https://iamcredentials.googleapis.com', iam);
        return next({ ...request, url });
      },
    },
  });
  const targetScopes = ['https://www.googleapis.com/auth/cloud-platform'];
  const authClient = new Impersonated({ sourceClient, targetPrincipal: clientEmail, targetScopes });
  return new Storage({ apiEndpoint: endpoint, authClient, projectId: 'any' });
}
