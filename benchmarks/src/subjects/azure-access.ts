import { BlobServiceClient, type BlockBlobClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { type AzureChecksum, azureSigner } from '@mesibo-files/handler-azure';
import { BUCKET, PREFIX } from './access.ts';

const ACCOUNT = { accountName: 'acme', accountKey: Buffer.from('a key of nobody').toString('base64') };

/** URL of the container, with the account in its path. */
export function azureContainer(origin: string): string {
  return `${azureEndpoint(origin)}/${BUCKET}`;
}

export function azureAccess(origin: string, checksum: AzureChecksum): ReturnType<typeof azureSigner> {
  const endpoint = azureEndpoint(origin);
  return azureSigner({ container: BUCKET, prefix: PREFIX, endpoint, credentials: ACCOUNT, checksum });
}

/** Azure's client with its defaults. */
export function azureBlob(origin: string, name: string): BlockBlobClient {
  const { accountName, accountKey } = ACCOUNT;
  const key = new StorageSharedKeyCredential(accountName, accountKey);
  const service = new BlobServiceClient(azureEndpoint(origin), key);
  return service.getContainerClient(BUCKET).getBlockBlobClient(`${PREFIX}/${name}`);
}

function azureEndpoint(origin: string): string {
  return `${origin}/${ACCOUNT.accountName}`;
}
