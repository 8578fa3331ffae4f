import type { Store, Workspace } from '@mesibo-files/demo-kit';
import type { GcsOptions } from '@mesibo-files/handler-gcs';
import { startLocalCloud } from '@mesibo-files/local-cloud';

/** Your bucket, when GCS_BUCKET names one; else a server of our own, which ends with the demo. */
export async function openStore(
  workspace: Workspace,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Store<GcsOptions>> {
  const bucket = env.GCS_BUCKET;
  if (bucket) {
    return {
      options: { bucket },
      description: `Bucket "${bucket}" at Google Cloud Storage. What is sent stays there, under mesibo/.\n`,
    };
  }
  const { gcs, stop } = await startLocalCloud({ dir: workspace.folder });
  workspace.atEnd(stop);
  const credentials = { client_email: gcs.clientEmail, private_key: gcs.privateKey, token_uri: gcs.tokenUri };
  return {
    options: { bucket: gcs.bucket, endpoint: gcs.endpoint, projectId: 'demo', credentials },
    description: `Bucket "${gcs.bucket}" at ${gcs.endpoint}, a Google Cloud Storage server started for this demo.\n`,
  };
}
