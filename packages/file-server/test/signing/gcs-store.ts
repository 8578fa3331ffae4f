import { generateKeyPairSync } from 'node:crypto';
import { Storage } from '@google-cloud/storage';
import type { Signer } from '@mesibo-files/handler-core';
import { KIB } from '@mesibo-files/handler-core/provider';
import { gcsSigner } from '@mesibo-files/handler-gcs';
import type { GcsConnection } from '@mesibo-files/local-cloud';
import type { RemoteStore, StoreChanges } from './remote-harness.ts';

/** Where the official client asks for tokens; it can't be told another place, but its requests can be led there. */
const GOOGLE_TOKEN_URI = 'https://www.googleapis.com/oauth2/v4/token';

const { privateKey: otherKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** A local Google Cloud Storage whose larger files go by sessions, and Google's own client to look behind the server. */
export function gcsStore(connection: GcsConnection): RemoteStore {
  const { endpoint, bucket, clientEmail, privateKey, tokenUri } = connection;
  const client = officialClient(connection);
  /** They can't be listed: noted as they are opened. */
  const sessions = new Set<string>();
  return {
    signer: ({ fault, clockOffset = 0, ...changes }: StoreChanges): Signer => {
      const signer = gcsSigner({
        endpoint,
        bucket: fault === 'missingBucket' ? `${bucket}-missing` : bucket,
        credentials: {
          client_email: clientEmail,
          private_key: fault === 'wrongCredentials' ? otherKey : privateKey,
          token_uri: tokenUri,
        },
        upload: 'session',
        partSize: 256 * KIB,
        ...changes,
        clock: { now: () => Date.now() + clockOffset },
      });
      return {
        ...signer,
        begin: async (facts, call) => {
          const plan = await signer.begin(facts, call);
          if (plan.shape === 'session') for (const { request } of plan.signed) sessions.add(request.url);
          return plan;
        },
      };
    },
    inspect: (prefix) => {
      const files = client.bucket(bucket);
      return {
        keys: async () => (await files.getFiles({ prefix: `${prefix}/` }))[0].map(({ name }) => name),
        bytes: async (key) => new Uint8Array((await files.file(key).download())[0]),
        facts: async (key) => {
          const [found] = await files.file(key).getMetadata();
          const metadata = Object.entries(found.metadata ?? {}).map(([name, value]) => [name, String(value)]);
          return {
            size: Number(found.size),
            contentType: found.contentType ?? '',
            contentDisposition: found.contentDisposition ?? null,
            metadata: Object.fromEntries(metadata),
          };
        },
        put: async (key, bytes) => files.file(key).save(Buffer.from(bytes), { resumable: false }),
        remove: async (key) => void (await files.file(key).delete({ ignoreNotFound: true })),
        unfinished: async () => 0,
        dropUnfinished: async () => {
          for (const url of sessions) await fetch(url, { method: 'DELETE' });
        },
      };
    },
    sizes: { onePart: 256 * KIB, manyParts: 512 * KIB },
    secrets: [privateKey],
  };
}

function officialClient({ clientEmail, endpoint, privateKey, tokenUri }: GcsConnection): Storage {
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
