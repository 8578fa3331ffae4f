import type { Signer } from '@mesibo-files/handler-core';
import type { SignerCall } from '@mesibo-files/handler-core/provider';
import type { ServerContext } from '../context/context.ts';
import type { NamedStore } from '../context/signing-state.ts';
import { Refusal } from '../http/refusal.ts';

/**
 * The stores by name: `storeNames` of the options, else the provider's, so that an upload goes on at its own store after
 * another one has become the first. A second one of the same provider is `s3-2`.
 */
export async function namedStores(
  { signers, storeNames }: Pick<ServerContext, 'signers' | 'storeNames'>,
  call: SignerCall,
): Promise<readonly [NamedStore, ...NamedStore[]]> {
  const names = await Promise.all(
    signers.map(async (signer, index) => storeNames[index] ?? (await signer.capabilities(call)).provider),
  );
  const named = (signer: Signer, index: number): NamedStore => {
    const name = names[index] ?? '';
    const before = names.slice(0, index).filter((other) => other === name).length;
    return { signer, name: before === 0 ? name : `${name}-${before + 1}` };
  };
  const [first, ...others] = signers;
  return [named(first, 0), ...others.map((signer, index) => named(signer, index + 1))];
}

/** @throws `Refusal` `ticket-over` when the store is not among those of the server any more */
export function storeNamed(stores: readonly NamedStore[], name: string): Signer {
  const found = stores.find((store) => store.name === name);
  if (found === undefined) {
    throw new Refusal('ticket-over', 'The store of this upload is no longer in use here.');
  }
  return found.signer;
}
