import type { HashPort } from '../digest/hash.ts';
import type { Ticket } from '../signer/plan.ts';
import type { Capabilities, LocalStore, ReadCall, Signer, SignerCall } from '../signer/signer.ts';
import { findOwnKey, leadsTo, type OwnKeys, ownKey } from './own-keys.ts';
import { enterCall } from './signer-call.ts';
import type { StoreClock } from './store-clock.ts';

type Ticketed = 'sign' | 'resume' | 'commit' | 'discard';

/** A provider's methods: those with a ticket are given what stands in it, those with a file URL its key. */
export type ProviderMethods<Facts> = {
  readonly [Name in Ticketed]: Signer[Name] extends (ticket: Ticket, ...rest: infer Rest) => infer Answer
    ? (facts: Facts, ...rest: Rest) => Answer
    : never;
} & {
  readonly clock: StoreClock;
  readonly hash?: HashPort;
  /** As in {@link Signer.store}. The key prefix is added. */
  readonly store?: string;
  /** The store, where it is in this process. The URL's key stands in place of it. */
  readonly local?: {
    readonly receive: LocalStore['receive'];
    readonly send: (key: string, ...rest: Parameters<LocalStore['send']>) => Promise<void>;
  };
  readonly capabilities: () => Capabilities;
  readonly begin: Signer['begin'];
  /** @throws `invalid-argument` for what is no ticket of this signer */
  readonly readTicket: (ticket: Ticket) => Facts;
  /** Which file URLs are ours. */
  readonly ownKeys: OwnKeys;
  readonly read: (key: string, call: ReadCall) => ReturnType<Signer['read']>;
  readonly remove: (key: string, call: SignerCall) => Promise<void>;
  readonly unfinished: Signer['unfinished'];
};

/** Puts a signer together: each call ends at once when it was stopped before, and takes the store's time first. */
export function assembleSigner<Facts extends { readonly key: string }>(own: ProviderMethods<Facts>): Signer {
  const entered = <Answer>(call: SignerCall, run: () => Answer): Answer => {
    enterCall(own.clock, call);
    return run();
  };
  const opened = (ticket: Ticket, call: SignerCall): Facts => entered(call, () => own.readTicket(ticket));
  const { local } = own;
  return {
    ...(local === undefined ? {} : { local: localOf(local) }),
    ...(own.hash === undefined ? {} : { hash: own.hash }),
    ...(own.store === undefined ? {} : { store: `${own.store}/${own.ownKeys.prefix}` }),
    keyOfTicket: (ticket) => {
      try {
        return own.readTicket(ticket).key;
      } catch {
        return null;
      }
    },
    capabilities: async (call) => entered(call, own.capabilities),
    begin: async (facts, call) => entered(call, () => own.begin(facts, call)),
    sign: async (ticket, wanted, call) => own.sign(opened(ticket, call), wanted, call),
    resume: async (ticket, call) => own.resume(opened(ticket, call), call),
    commit: async (ticket, manifest, call) => own.commit(opened(ticket, call), manifest, call),
    discard: async (ticket, call) => own.discard(opened(ticket, call), call),
    read: async (url, call) => entered(call, () => own.read(ownKey(own.ownKeys, url), call)),
    remove: async (url, call) => entered(call, () => own.remove(ownKey(own.ownKeys, url), call)),
    owns: (url) => findOwnKey(own.ownKeys, url) !== null,
    keyOfUrl: (url) => findOwnKey(own.ownKeys, url),
    leadsTo: (baseUrl) => leadsTo(own.ownKeys, baseUrl),
    unfinished: (olderThan, call) => {
      own.clock.correct(call);
      return own.unfinished(olderThan, call);
    },
  };
  function localOf({ receive, send }: NonNullable<typeof local>): LocalStore {
    return {
      receive: async (file, source, call) => entered(call, () => receive(file, source, call)),
      send: async (part, sink, call) =>
        entered(call, () => send(ownKey(own.ownKeys, part.url), part, sink, call)),
    };
  }
}
