import {
  keyOfPending,
  pendingFolder,
  type SignerCall,
  sweptFacts,
  type Unfinished,
} from '@mesibo-files/handler-core/provider';
import type { TinyContext } from './signer.ts';
import { writeTicket } from './ticket.ts';

interface Listing {
  readonly objects: readonly { readonly key: string; readonly createdAt: number }[];
  readonly uploads: readonly {
    readonly key: string;
    readonly id: string;
    readonly begunAt: number;
    readonly heardAt: number;
  }[];
}

/** Uploads of parts that never ended, and single requests that wait under a pending name. */
export async function* unfinished(
  { store, settings, clock }: TinyContext,
  olderThan: number,
  call: SignerCall,
): AsyncGenerator<Unfinished> {
  const { bucket, prefix } = settings;
  const folder = pendingFolder(prefix);
  const list = async (under: string): Promise<Listing> =>
    (await store.ask<Listing>('listing uploads', call, {
      method: 'GET',
      key: '',
      query: { list: under },
    })) as Listing;
  const ticketOf = (name: string, upload: string | null, begunAt: number): string => {
    const waits = name.startsWith(folder);
    const facts = sweptFacts(bucket, waits ? keyOfPending(prefix, name) : name, begunAt);
    return writeTicket({ ...facts, staging: waits ? 'hidden' : 'none', upload, partSize: 1 });
  };
  for (const { key, id, begunAt, heardAt } of (await list(prefix === '' ? '' : `${prefix}/`)).uploads) {
    if (clock.now() - heardAt > olderThan) yield { ticket: ticketOf(key, id, begunAt), begunAt };
  }
  for (const { key, createdAt } of (await list(folder)).objects) {
    if (clock.now() - createdAt > olderThan)
      yield { ticket: ticketOf(key, null, createdAt), begunAt: createdAt };
  }
}
