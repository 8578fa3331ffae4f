import type { ServerContext } from '../context/context.ts';
import type { SigningState } from '../context/signing-state.ts';
import { StoreTime } from './store-time.ts';
import { namedStores } from './stores.ts';
import { sealingKeys } from './ticket/keys.ts';
import { SettlingSeal, TicketSeal } from './ticket/seal.ts';

type Needed = Pick<ServerContext, 'ticketKeys' | 'baseUrl' | 'signers' | 'storeNames' | 'clock'>;

/** Makes the state of signing at its first use, and keeps it. What failed is tried again by the next request. */
export function signingState(context: Needed): () => Promise<SigningState> {
  let known: Promise<SigningState> | null = null;
  return () => {
    known ??= makeState(context).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}

async function makeState(context: Needed): Promise<SigningState> {
  // Not ended by any one request: all wait for it.
  const { signal } = new AbortController();
  const keys = await sealingKeys(context.ticketKeys, context.baseUrl);
  return {
    tickets: new TicketSeal(keys),
    settling: new SettlingSeal(keys),
    stores: await namedStores(context, { signal }),
    storeTime: new StoreTime(context.clock),
  };
}
