import type { ServerContext } from '../context.ts';
import { StoreTime } from './store-time.ts';
import { type NamedStore, namedStores } from './stores.ts';
import { sealingKeys } from './ticket/keys.ts';
import { TicketSeal } from './ticket/seal.ts';

/** What signing needs beside the context; worked out once for each server, at the first request. */
export interface SigningDesk {
  readonly seal: TicketSeal;
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
  const seal = new TicketSeal(await sealingKeys(context.ticketKeys, context.baseUrl));
  return { seal, stores: await namedStores(context, { signal }), storeTime: new StoreTime(context.clock) };
}
