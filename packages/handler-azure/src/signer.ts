import type { Signer } from '@mesibo-files/handler-core';
import { assembleSigner, type Capabilities, StoreClock } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { commit } from './commit.ts';
import { discard } from './discard.ts';
import { algorithmOf, storeHashes } from './format/digests.ts';
import { ownKeys } from './format/names.ts';
import { type AzureOptions, type Settings, settingsOf } from './options.ts';
import { accountKeys, DelegationKeys, delegation, type KeyKeeper } from './presign/keys.ts';
import { Presigner } from './presign/presign.ts';
import { read } from './read.ts';
import { resume } from './resume.ts';
import { sign } from './sign.ts';
import { removeBlob } from './store/blobs.ts';
import { readiness, StoreCaller } from './store/client.ts';
import type { SignerContext } from './store/context.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/**
 * The signer of one Azure container: small files in one Put Blob, larger ones in blocks.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function azureSigner(options: AzureOptions): Signer {
  return signerOf(settingsOf(options));
}

/** The signer with these settings. Tests give it some that no option allows, as parts of a few bytes. */
export function signerOf(settings: Settings): Signer {
  const context = makeContext(settings);
  const { clock } = context;
  return assembleSigner<TicketFacts>({
    clock,
    hash: storeHashes,
    ownKeys: ownKeys(settings),
    store: `azure ${settings.baseUrl}`,
    capabilities: () => capabilitiesOf(settings),
    readTicket: (ticket) => readTicket(ticket, settings),
    begin: (file, call) => begin(context, file, call),
    sign: (facts, wanted, call) => sign(context, facts, wanted, call),
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

/** What this signer can do, as its options say. */
function capabilitiesOf({ checksum, singleUpTo, maxSize }: Settings): Capabilities {
  const algorithm = algorithmOf(checksum);
  return {
    provider: 'azure',
    shapes: ['single', 'parts'],
    singleUpTo,
    maxSize,
    beginDigests: algorithm === null ? [] : [algorithm],
    noOverwrite: { single: 'store', parts: 'store', session: 'key' },
    // A shared access signature binds the blob, the permission and the end; the commit looks at the rest.
    sizeBound: 'commit',
    partBound: 'commit',
    typeBound: 'commit',
    storeVerifiesDigests: algorithm !== null,
    expires: true,
    listsUnfinished: true,
    staging: true,
  };
}
