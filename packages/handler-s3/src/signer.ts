import type { Signer } from '@mesibo-files/handler-core';
import { assembleSigner, type Capabilities, Serial, StoreClock } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { commit } from './commit.ts';
import { discard } from './discard.ts';
import { storeHashes } from './format/digests.ts';
import type { BucketLocation } from './format/urls.ts';
import { type S3Options, type Settings, settingsOf } from './options.ts';
import { Presigner } from './presign/presign.ts';
import { ownKeys, read } from './read.ts';
import { resume } from './resume.ts';
import { sign } from './sign.ts';
import { locate, makeClient, StoreCaller } from './store/client.ts';
import type { SignerContext } from './store/context.ts';
import { removeObject } from './store/head.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/**
 * The signer of one S3 bucket, Amazon's or a compatible store's: small files in one PUT, larger ones in parts.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function s3Signer(options: S3Options): Signer {
  return signerOf(options, settingsOf(options));
}

/** The signer with these settings. Tests give it some that no option allows, as parts of a few bytes. */
export function signerOf(options: S3Options, checked: Settings): Signer {
  const context = makeContext(options, checked);
  const { settings, clock } = context;
  return assembleSigner<TicketFacts>({
    clock,
    hash: storeHashes,
    ownKeys: ownKeys(settings),
    store: `s3 ${settings.endpoint ?? 'amazonaws.com'}/${settings.bucket}`,
    capabilities: () => capabilitiesOf(settings),
    readTicket: (ticket) => readTicket(ticket, settings),
    begin: (file, call) => begin(context, file, call),
    sign: (facts, wanted, call) => sign(context, facts, wanted, call),
    resume: (facts, call) => resume(context, facts, call),
    commit: (facts, manifest, call) => commit(context, facts, manifest, call),
    discard: (facts, call) => discard(context, facts, call),
    read: (key, call) => read(context, key, call),
    remove: (key, call) => removeObject(context, key, call),
    unfinished: (olderThan, call) => unfinished(context, olderThan, call),
  });
}

function makeContext(options: S3Options, settings: Settings): SignerContext {
  const clock = new StoreClock(settings.clock);
  const client = makeClient(options, settings);
  let found: Promise<BucketLocation> | undefined;
  const location = (): Promise<BucketLocation> => {
    found ??= locate(client, settings).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  const caller = new StoreCaller(client, clock, location);
  const presigner = new Presigner(client, clock, settings.timeToLive, location);
  return { settings, clock, caller, presigner, serial: new Serial(), copies: new Map(), location };
}

/** What this signer can do with this bucket, as its options say. */
function capabilitiesOf(settings: Settings): Capabilities {
  const guard = settings.conditionalWrites ? 'store' : 'key';
  return {
    provider: 's3',
    shapes: ['single', 'parts'],
    singleUpTo: settings.singleUpTo,
    maxSize: settings.maxSize,
    beginDigests: settings.checksum === 'none' ? [] : [settings.checksum],
    noOverwrite: {
      single: guard,
      // Compatible stores ignore the condition when parts are put together, and say nothing.
      parts: settings.endpoint === null ? guard : 'key',
      session: 'key',
    },
    sizeBound: 'signature',
    partBound: 'signature',
    typeBound: 'signature',
    storeVerifiesDigests: settings.checksum !== 'none',
    expires: true,
    listsUnfinished: true,
    staging: true,
  };
}
