import { type Signer, TransferError } from '@mesibo-files/handler-core';
import type { RemoteConfiguration } from '../configuration/store.ts';

export async function remoteSignerOf(configuration: RemoteConfiguration): Promise<Signer> {
  throw new TransferError('unsupported', configuration.server);
}
