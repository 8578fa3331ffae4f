import type { Signer } from '@mesibo-files/handler-core';
import {
  assembleSigner,
  type Capabilities,
  keyOfFileUrl,
  StoreClock,
} from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { commit } from './commit.ts';
import { discard } from './discard.ts';
import { baseUrl } from './format/metadata.ts';
import { type Settings, settingsOf, type TinyOptions } from './options.ts';
import { type Presign, presigner } from './presign/presign.ts';
import { read } from './read.ts';
import { resume } from './resume.ts';
import { sign } from './sign.ts';
import { StoreCalls } from './store/client.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/** What all of the signer's methods work with. */
export interface TinyContext {
  readonly settings: Settings;
  readonly clock: StoreClock;
  readonly presign: Presign;
  readonly store: StoreCalls;
}

/**
 * The signer of one bucket of a tiny store: small files in one request, larger ones in parts.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function tinySigner(options: TinyOptions): Signer {
  const settings = settingsOf(options);
  const clock = new StoreClock(settings.clock);
  const presign = presigner(settings, clock);
  const context: TinyContext = { settings, clock, presign, store: new StoreCalls(presign, clock) };
  const base = baseUrl(settings);
  return assembleSigner<TicketFacts>({
    clock,
    store: `tiny ${base}`,
    ownKeys: { prefix: settings.prefix, publicUrl: null, keyOfBucketUrl: (url) => keyOfFileUrl(base, url) },
    capabilities: () => capabilitiesOf(settings),
    readTicket: (ticket) => readTicket(ticket, settings),
    begin: (file, call) => begin(context, file, call),
    sign: (facts, wanted, call) => sign(context, facts, wanted, call),
    resume: (facts, call) => resume(context, facts, call),
    commit: (facts, manifest, call) => commit(context, facts, manifest, call),
    discard: (facts, call) => discard(context, facts, call),
    read: (key, call) => read(context, key, call),
    remove: (key, call) => context.store.remove(key, call),
    unfinished: (olderThan, call) => unfinished(context, olderThan, call),
  });
}

/** The suite checks each line of this. */
function capabilitiesOf({ partSize, maxSize }: Settings): Capabilities {
  return {
    provider: 'tiny',
    shapes: ['single', 'parts'],
    singleUpTo: partSize,
    maxSize,
    beginDigests: ['sha256'],
    noOverwrite: { single: 'store', parts: 'store', session: 'key' },
    sizeBound: 'signature',
    partBound: 'signature',
    typeBound: 'signature',
    storeVerifiesDigests: true,
    expires: true,
    listsUnfinished: true,
    staging: true,
  };
}
