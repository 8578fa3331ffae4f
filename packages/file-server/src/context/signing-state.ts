import type { Signer } from '@mesibo-files/handler-core';
import type { Manifest, SignerCall, Ticket } from '@mesibo-files/handler-core/provider';
import type { StoredFile } from './events.ts';
import type { Holding } from './quotas.ts';

/** What signing needs beside the options; worked out once for each server, at the first request. */
export interface SigningState {
  readonly tickets: Sealing<TicketFacts>;
  /** Seals the ids by which a pending file is settled. */
  readonly settling: Sealing<SettlingFacts>;
  /** The stores; the one for new files comes first. */
  readonly stores: readonly [NamedStore, ...NamedStore[]];
  readonly storeTime: StoreClocks;
}

/** Seals one kind of text, and opens what this server's keys sealed. */
export interface Sealing<Facts> {
  seal(facts: Facts): Promise<string>;
  /** @throws `Refusal` `ticket-refused` for whatever these keys did not seal */
  open(sealed: string): Promise<Facts>;
}

/** Keeps the signers' clocks right. */
export interface StoreClocks {
  /** `claimed`: the time that the client says, or the refusal that it met, or undefined where it says nothing. `ticket`: an upload to ask the store for. */
  look(signer: Signer, ticket: Ticket, claimed: number | string | undefined, call: SignerCall): Promise<void>;
}

/** A store by the name that stands in tickets. */
export interface NamedStore {
  readonly name: string;
  readonly signer: Signer;
}

/** All the state of an upload by signing, as it stands in a sealed ticket: any replica goes on with it. */
export interface TicketFacts {
  /** The store's own ticket. */
  readonly inner: Ticket;
  /** Name of the store that it is of. */
  readonly store: string;
  /** Whose the upload is, as it was authorised. */
  readonly uid: number;
  /** Decimal, 0 to 2^64 - 1. */
  readonly mid: string;
  readonly source: number;
  /** Null for a stream of unknown length. */
  readonly size: number | null;
  /** The most bytes that were allowed. */
  readonly maxSize: number;
  readonly contentType: string;
  readonly name: string;
  readonly secure: boolean;
  /** Milliseconds since 1970; then the store may have dropped what it holds of the upload. */
  readonly until: number;
  /** Hash of the token it was authorised by, or null where nothing can be compared: then each call is authorised. */
  readonly credential: string | null;
  /** Milliseconds since 1970. Before that, the same token need not be authorised again. */
  readonly authorisedUntil: number;
  /** What it counts as in a quota; null where nothing is counted. */
  readonly holding: Holding | null;
}

/** Everything needed to commit a pending file once it is decided. */
export interface SettlingFacts {
  /** The store's own ticket. */
  readonly inner: Ticket;
  /** Name of the store that it is of. */
  readonly store: string;
  /** As the client's commit gave it, and the store found it true. */
  readonly manifest: Omit<Manifest, 'answered'>;
  readonly via: StoredFile['via'];
  /** What it counts as in a quota; null where nothing is counted, or another counts. */
  readonly holding: Holding | null;
}
