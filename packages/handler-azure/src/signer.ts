import type { Signer } from '@mesibo-files/handler-core';
import { assembleSigner, StoreClock } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { capabilitiesOf } from './capabilities.ts';
import { StoreCaller } from './client.ts';
import { commit } from './commit.ts';
import type { SignerContext } from './context.ts';
import { storeHashes } from './crc32.ts';
import { delegation } from './delegation.ts';
import { discard, removeBlob } from './discard.ts';
import { accountKeys, DelegationKeys, type KeyKeeper } from './keys.ts';
import { ownKeys } from './location.ts';
import type { AzureOptions } from './options.ts';
import { Presigner } from './presign.ts';
import { read } from './read.ts';
import { readiness } from './ready.ts';
import { resume } from './resume.ts';
import { type Settings, settingsOf } from './settings.ts';
import { signParts } from './sign.ts';
import { assertOpen } from './staged.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/**
 * The signer of one Azure container: small files in one Put Blob, larger ones in blocks.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function azureSigner(options: AzureOptions): Signer {
  const context = makeContext(settingsOf(options));
  const { settings, clock } = context;
  return assembleSigner<TicketFacts>({
    clock,
    hash: storeHashes,
    ownKeys: ownKeys(settings),
    store: `azure ${settings.baseUrl}`,
    capabilities: () => capabilitiesOf(settings),
    readTicket: (ticket) => readTicket(ticket, settings),
    begin: (file, call) => begin(context, file, call),
    sign: async (facts, wanted, call) => {
      if (facts.staging !== 'none') await assertOpen(context, facts, call);
      return signParts(context, facts, wanted, call);
    },
    resume: (facts, call) => resume(context, facts, call),
    commit: (facts, manifest, call) => commit(context, facts, manifest, call),
    discard: (facts, call) => discard(context, facts, call),
    read: (key, call) => read(context, key, call),
    remove: (key, call) => removeBlob(context, key, call),
    unfinished: (olderThan, call) => unfinished(context, olderThan, call),
  });
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
  return { settings, clock, caller, presigner, ready: readiness(caller), createOnly: null };
}

function keysOf({ account, timeToLive }: Settings, clock: StoreClock): KeyKeeper {
  const { credentials, endpoint, name } = account;
  if (credentials !== null && 'accountKey' in credentials) return accountKeys(name, credentials.accountKey);
  return new DelegationKeys(delegation(endpoint, credentials, clock), clock, timeToLive);
}
