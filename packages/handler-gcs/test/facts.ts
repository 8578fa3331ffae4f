import { generateKeyPairSync } from 'node:crypto';
import type { FileFacts, SignerCall } from '@mesibo-files/handler-core/provider';
import type { GcsConnection } from '@mesibo-files/local-cloud';
import type { GcsCredentials, GcsOptions } from '../src/options.ts';

/** A call that nobody stops. */
export const call: SignerCall = { signal: new AbortController().signal };

/** Making a key takes longer than most tests. */
const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
export const privateKey: string = pair.privateKey;

export const credentials: GcsCredentials = {
  client_email: 'files@acme.iam.gserviceaccount.com',
  private_key: privateKey,
};

/** Facts of a small text file, with what the test cares about. */
export function fileFacts(own: Partial<FileFacts> = {}): FileFacts {
  return {
    size: 11,
    maxSize: null,
    contentType: 'text/plain',
    name: 'hello.txt',
    source: 1,
    uid: 7,
    mid: 9n,
    transferId: 'transfer-1',
    digests: { crc32c: 'AAAAAA==' },
    ...own,
  };
}

/** Options of a signer on the local store. */
export function optionsOf({
  bucket,
  clientEmail,
  endpoint,
  privateKey: key,
  tokenUri,
}: GcsConnection): GcsOptions {
  return {
    bucket,
    endpoint,
    credentials: { client_email: clientEmail, private_key: key, token_uri: tokenUri },
  };
}
