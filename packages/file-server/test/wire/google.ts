import type { Signer } from '@mesibo-files/handler-core';
import { type GcsOptions, gcsSigner } from '@mesibo-files/handler-gcs';
import type { LocalCloud } from '@mesibo-files/local-cloud';

/** The signer of Google Cloud Storage, on the local cloud. */
export function googleSigner(
  { gcs }: LocalCloud,
  publicUrl: string,
  more: Pick<GcsOptions, 'upload' | 'partSize'> = {},
): Signer {
  const { bucket, endpoint, clientEmail, privateKey, tokenUri } = gcs;
  const credentials = { client_email: clientEmail, private_key: privateKey, token_uri: tokenUri };
  return gcsSigner({ bucket, endpoint, publicUrl, credentials, ...more });
}
