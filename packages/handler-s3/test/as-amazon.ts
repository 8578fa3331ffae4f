import { S3Client } from '@aws-sdk/client-s3';
import type { HttpPort } from '@mesibo-files/handler-core/provider';
import type { S3Connection } from '@mesibo-files/local-cloud';

/**
 * A client that addresses and signs for Amazon's own host, and whose requests go to a local store. Path style: the store
 * finds the bucket in the path, whatever the host.
 */
export function clientAsAmazon({ endpoint, region, accessKeyId, secretAccessKey }: S3Connection): S3Client {
  const client = new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const { protocol, hostname, port } = new URL(endpoint);
  client.middlewareStack.add(
    (next) => (args) => {
      // After the signature, which binds the Host header.
      Object.assign(Object(args.request), { protocol, hostname, port: Number(port) });
      return next(args);
    },
    { step: 'deserialize', name: 'toLocalStore', priority: 'low' },
  );
  return client;
}

/** Sends requests that were signed for Amazon to a local store: only the connection differs. */
export function httpAsAmazon(http: HttpPort, { endpoint }: Pick<S3Connection, 'endpoint'>): HttpPort {
  return {
    send: (request) => {
      const { host, pathname, search } = new URL(request.url);
      const url = `${endpoint}${pathname}${search}`;
      return http.send({ ...request, url, headers: { ...request.headers, host } });
    },
  };
}
