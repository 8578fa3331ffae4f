import type { AzureTokenCredential } from '@mesibo-files/handler-azure';
import type { Signer } from '@mesibo-files/handler-core';
import type { CloudConfiguration } from '../configuration/store.ts';
import { defined, type SignerTuning } from './signer-options.ts';

type MakeSigner = (configuration: CloudConfiguration, tuning: SignerTuning) => Promise<Signer>;

/** Each loads its SDK when it is wanted: the others cost nothing. */
export const CLOUD_SIGNERS: Readonly<Record<CloudConfiguration['provider'], MakeSigner>> = {
  s3: async ({ bucket, region, endpoint, prefix, publicUrl, checksum, conditionalWrites }, tuning) => {
    const { s3Signer } = await import('@mesibo-files/handler-s3');
    const named = checksum === 'crc32' || checksum === 'md5' || checksum === 'none' ? checksum : undefined;
    return s3Signer({
      bucket,
      ...defined({ region, endpoint, prefix, publicUrl, conditionalWrites, checksum: named }),
      ...tuning,
    });
  },
  gcs: async ({ bucket, endpoint, prefix, publicUrl, checksum }, tuning) => {
    const { gcsSigner } = await import('@mesibo-files/handler-gcs');
    const named = checksum === 'crc32c' || checksum === 'none' ? checksum : undefined;
    return gcsSigner({
      bucket,
      ...defined({ endpoint, prefix, publicUrl, checksum: named }),
      ...tuning,
    });
  },
  azure: async ({ bucket, endpoint, prefix, publicUrl, checksum }, tuning) => {
    const { azureSigner } = await import('@mesibo-files/handler-azure');
    const named = checksum === 'crc64' || checksum === 'md5' || checksum === 'none' ? checksum : undefined;
    const credentials = await azureIdentity(endpoint, process.env);
    return azureSigner({
      container: bucket,
      ...defined({ endpoint, prefix, publicUrl, credentials, checksum: named }),
      ...tuning,
    });
  },
};

/** Whatever Azure's own library finds, where the environment has no key; undefined where it has one. */
async function azureIdentity(
  endpoint: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<AzureTokenCredential | undefined> {
  const connection = endpoint === undefined && env.AZURE_STORAGE_CONNECTION_STRING;
  if (connection || env.AZURE_STORAGE_KEY) return undefined;
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
