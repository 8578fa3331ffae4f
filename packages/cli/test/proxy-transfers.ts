import { createRuntime, download, type Signer, upload } from '@mesibo-files/handler-core';
import { type NodeHttpOptions, nodeHttp } from '@mesibo-files/handler-core/node';
import { memoryFiles } from '@mesibo-files/handler-core/testing';
import { s3Signer } from '@mesibo-files/handler-s3';
import type { LocalCloud } from '@mesibo-files/local-cloud';

const MIB = 1024 * 1024;

/** Uploads a file in parts and downloads it again, with ports that are made now: they read the environment. */
export async function thereAndBack(signer: Signer, http: NodeHttpOptions = {}): Promise<boolean> {
  const files = memoryFiles();
  const bytes = new Uint8Array(6 * MIB + 5).map((_, index) => index % 251);
  files.files.set('/there.bin', bytes);
  const runtime = createRuntime({ ports: { files, http: nodeHttp(http) } });
  const { url } = await upload({ signer, runtime, from: '/there.bin' });
  await download({ signers: [signer], runtime, url, to: '/back.bin' });
  return Buffer.compare(Buffer.from(files.files.get('/back.bin') ?? []), bytes) === 0;
}

/** A signer of the local S3 under a name that nobody resolves but a proxy. */
export function namedS3({ s3 }: LocalCloud, host: string): Signer {
  const { bucket, endpoint, region, accessKeyId, secretAccessKey } = s3;
  return s3Signer({
    bucket,
    region,
    endpoint: endpoint.replace('127.0.0.1', host),
    credentials: { accessKeyId, secretAccessKey },
    partSize: 5 * MIB,
  });
}
