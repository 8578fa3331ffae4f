import type { Signer } from '@mesibo-files/handler-core';
import { assembleSigner, type Capabilities } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { commit } from './commit.ts';
import { discard } from './discard.ts';
import { told } from './format/codes.ts';
import { storeHashes } from './format/digests.ts';
import type { Settings } from './options.ts';
import { read } from './read.ts';
import { resume } from './resume.ts';
import { assertOpen, signParts } from './sign.ts';
import type { DiskContext } from './store/context.ts';
import { receive, send } from './store/local.ts';
import { removeObject } from './store/objects.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/** The signer of a disk store: small files in one PUT, larger ones in a session. */
export function diskSigner(context: DiskContext): Signer {
  const { clock, ownKeys, settings } = context;
  return assembleSigner<TicketFacts>({
    clock,
    hash: storeHashes,
    ownKeys,
    local: {
      receive: (file, source, call) => receive(context, file, source, call),
      send: (key, part, sink, call) => send(context, key, part, sink, call),
    },
    store: `disk ${settings.folder}`,
    capabilities: () => capabilitiesOf(settings),
    readTicket: (ticket) => readTicket(ticket, settings),
    begin: (file, call) => told('beginning', () => begin(context, file, call)),
    sign: (facts, wanted) =>
      told('signing', async () => {
        await assertOpen(context, facts);
        return signParts(context, facts, wanted);
      }),
    resume: (facts) => told('resuming', () => resume(context, facts)),
    commit: (facts, manifest, call) => told('committing', () => commit(context, facts, manifest, call)),
    discard: (facts) => told('discarding', () => discard(context, facts)),
    read: (key) => told('looking at the object', () => read(context, key)),
    remove: (key) =>
      told('removing the object', async () => void (await removeObject(await context.folder(), key))),
    unfinished: (olderThan, call) => unfinished(context, olderThan, call),
  });
}

/** What this signer can do. The store is ours, so it enforces all that is signed. */
function capabilitiesOf(settings: Settings): Capabilities {
  return {
    provider: 'disk',
    shapes: ['single', 'session'],
    singleUpTo: settings.singleUpTo,
    maxSize: settings.maxSize,
    beginDigests: ['crc32'],
    noOverwrite: { single: 'store', parts: 'key', session: 'store' },
    sizeBound: 'signature',
    partBound: 'signature',
    typeBound: 'signature',
    storeVerifiesDigests: true,
    expires: true,
    listsUnfinished: true,
    staging: true,
  };
}
