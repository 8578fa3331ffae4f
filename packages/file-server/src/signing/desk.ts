import type { ServerContext } from '../context.ts';
import { StoreTime } from './store-time.ts';
import { type NamedStore, namedStores } from './stores.ts';
import { sealingKeys } from './ticket/keys.ts';
import { SettlingSeal, TicketSeal } from './ticket/seal.ts';

/** What signing needs beside the context; worked out once for each server, at the first request. */
export interface SigningDesk {
  readonly seal: TicketSeal;
  readonly settling: SettlingSeal;
  /** That of new files first. */
  readonly stores: readonly [NamedStore, ...NamedStore[]];
  readonly storeTime: StoreTime;
}

const desks = new WeakMap<ServerContext, Promise<SigningDesk>>();

/** The desk of a server. What failed is tried again by the next request. */
export function deskOf(context: ServerContext): Promise<SigningDesk> {
  const known = desks.get(context);
  if (known !== undefined) return known;
  const made = makeDesk(context).catch((error: unknown) => {
    desks.delete(context);
    throw error;
  });
  desks.set(context, made);
  return made;
}

async function makeDesk(context: ServerContext): Promise<SigningDesk> {
  // Not ended by any one request: all wait for it.
  const { signal } = new AbortController();
  const keys = await sealingKeys(context.ticketKeys, context.baseUrl);
  const [seal, settling] = [new TicketSeal(keys), new SettlingSeal(keys)];
  return {
    seal,
    settling,
    stores: await namedStores(context, { signal }),
    storeTime: new StoreTime(context.clock),
  };
}
