import type { Store, Workspace } from '@mesibo-files/demo-kit';
import type { S3Options } from '@mesibo-files/handler-s3';
import { startLocalCloud } from '@mesibo-files/local-cloud';

/** Your bucket, when S3_BUCKET names one; else an S3 server of our own, which ends with the demo. */
export async function openStore(
  workspace: Workspace,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Store<S3Options>> {
  const bucket = env.S3_BUCKET;
  if (bucket) return yourBucket(bucket, env.S3_ENDPOINT || env.AWS_ENDPOINT_URL_S3);
  const { s3, stop } = await startLocalCloud({ dir: workspace.folder });
  workspace.atEnd(stop);
  const { accessKeyId, secretAccessKey, ...place } = s3;
  return {
    options: { ...place, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } },
    description: `Bucket "${place.bucket}" at ${place.endpoint}, a server started for this demo.\n`,
  };
}

function yourBucket(bucket: string, endpoint: string | undefined): Store<S3Options> {
  const where = endpoint ?? 'Amazon S3';
  return {
    options: endpoint ? { bucket, endpoint } : { bucket },
    description: `Bucket "${bucket}" at ${where}. What is sent stays there, under mesibo/.\n`,
  };
}
