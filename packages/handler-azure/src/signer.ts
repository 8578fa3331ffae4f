import type { Signer, SignerCall, Ticket } from '@mesibo-files/handler-core';
import { enterCall, StoreClock } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { capabilitiesOf } from './capabilities.ts';
import { StoreCaller } from './client.ts';
import { commit } from './commit.ts';
import type { SignerContext } from './context.ts';
import { azureHash } from './crc64/crc64.ts';
import { delegation } from './delegation.ts';
import { discard, removeBlob } from './discard.ts';
import { accountKeys, DelegationKeys, type KeyKeeper } from './keys.ts';
import { keyOf, owns } from './location.ts';
import type { AzureOptions } from './options.ts';
import { Presigner } from './presign.ts';
import { read } from './read.ts';
import { readiness } from './ready.ts';
import { resume } from './resume.ts';
import { type Settings, settingsOf } from './settings.ts';
import { signParts } from './sign.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/**
 * The signer of one Azure container: small files in one Put Blob, larger ones in blocks.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function azureSigner(options: AzureOptions): Signer {
  const context = makeContext(settingsOf(options));
  const { settings, clock } = context;
  const opened = (ticket: Ticket, call: SignerCall): TicketFacts => {
    enterCall(clock, call);
    return readTicket(ticket, settings);
  };
  return {
    hash: azureHash,
    capabilities: async (call) => {
      enterCall(clock, call);
      return capabilitiesOf(settings);
    },
    begin: async (facts, call) => {
      enterCall(clock, call);
      return begin(context, facts, call);
    },
    sign: async (ticket, wanted, call) => signParts(context, opened(ticket, call), wanted, call),
    resume: async (ticket, call) => resume(context, opened(ticket, call), call),
    commit: async (ticket, manifest, call) => commit(context, opened(ticket, call), manifest, call),
    discard: async (ticket, call) => discard(context, opened(ticket, call), call),
    read: async (url, call) => {
      enterCall(clock, call);
      return read(context, url, call);
    },
    remove: async (url, call) => {
      enterCall(clock, call);
      return removeBlob(context, keyOf(settings, url), call);
    },
    owns: (url) => owns(settings, url),
    unfinished: (olderThan, call) => {
      clock.correct(call);
      return unfinished(context, olderThan, call);
    },
  };
}

function makeContext(settings: Settings): SignerContext {
  const clock = new StoreClock(settings.clock);
  const keys = keysOf(settings, clock);
  const presigner = new Presigner(settings, clock, keys);
  const caller = new StoreCaller({
    baseUrl: settings.baseUrl,
    clock,
    query: (call) => presigner.own(call),
    onRefused: () => keys.forget(),
  });
  return { settings, clock, caller, presigner, ready: readiness(caller), createSuffices: null };
}

function keysOf({ account, timeToLive }: Settings, clock: StoreClock): KeyKeeper {
  const { credentials, endpoint, name } = account;
  if (credentials !== null && 'accountKey' in credentials) return accountKeys(name, credentials.accountKey);
  return new DelegationKeys(delegation(endpoint, credentials, clock), clock, timeToLive);
}
