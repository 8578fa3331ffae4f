import type { Signer } from '@mesibo-files/handler-core';
import type { RemoteConfiguration } from '../configuration/store.ts';

/** The signer of a file server. */
export async function remoteSignerOf({ server, token }: RemoteConfiguration): Promise<Signer> {
  const { remoteSigner } = await import('@mesibo-files/handler-remote');
  return remoteSigner({ baseUrl: server, token });
}
