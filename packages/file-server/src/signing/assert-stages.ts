import { type Signer, TransferError } from '@mesibo-files/handler-core';
import type { SignerCall } from '@mesibo-files/handler-core/provider';

/**
 * Clients of a server are not trusted, so what they send must wait where nobody reads it.
 * @throws `unsupported` for a store whose signer can't do that
 */
export async function assertStages(signer: Signer, call: SignerCall): Promise<void> {
  const { provider, staging } = await signer.capabilities(call);
  if (staging) return;
  throw new TransferError(
    'unsupported',
    `The signer of the ${provider} store stages no uploads, so strangers could read what was not committed. Give the server one that does, or only read from this one.`,
  );
}
