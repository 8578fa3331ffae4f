import { TransferError } from '@mesibo-files/handler-core';
import type { AzureTokenCredential } from './options.ts';

/** A name that no bundler follows: the package is the user's to install. */
const IDENTITY: string = '@azure/identity';

/** What Azure's own library finds: environment, managed identity, command line. @throws `credentials-missing` */
export async function defaultCredential(): Promise<AzureTokenCredential> {
  const found: unknown = await import(IDENTITY).catch(() => null);
  const Default: unknown =
    typeof found === 'object' && found !== null ? Reflect.get(found, 'DefaultAzureCredential') : null;
  if (typeof Default === 'function') {
    const made: unknown = Reflect.construct(Default, []);
    if (isTokenCredential(made)) return made;
  }
  throw new TransferError('credentials-missing', 'There are no Azure credentials.', {
    hint: 'Give the signer an account key or a connection string, or install @azure/identity.',
  });
}

function isTokenCredential(value: unknown): value is AzureTokenCredential {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'getToken') === 'function';
}
