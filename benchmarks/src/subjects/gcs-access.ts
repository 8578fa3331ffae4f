import { generateKeyPairSync } from 'node:crypto';
import { Storage } from '@google-cloud/storage';
import { type GcsUpload, gcsSigner } from '@mesibo-files/handler-gcs';
import { BUCKET, PREFIX } from './access.ts';

/** Ours, with a key that was made just now: what it signs is looked at by nobody. */
export function gcsAccess(origin: string, upload: GcsUpload): ReturnType<typeof gcsSigner> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const credentials = {
    client_email: 'bench@example.iam.gserviceaccount.com',
    private_key: privateKey,
    token_uri: `${origin}/token`,
  };
  return gcsSigner({ bucket: BUCKET, prefix: PREFIX, endpoint: origin, credentials, upload });
}

/** Google's client with its defaults. At an endpoint of one's own it sends no credentials, which spares it work. */
export function gcsBucket(origin: string): ReturnType<Storage['bucket']> {
  return new Storage({ apiEndpoint: origin, projectId: 'bench' }).bucket(BUCKET);
}
