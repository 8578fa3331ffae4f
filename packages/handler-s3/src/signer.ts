import type { Signer } from '@mesibo-files/handler-core';
import { assembleSigner, type Capabilities, Serial, StoreClock } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { commit } from './commit.ts';
import { discard } from './discard.ts';
import { storeHashes } from './format/digests.ts';
import { type S3Options, type Settings, settingsOf } from './options.ts';
import { Presigner } from './presign/presign.ts';
import { ownKeys, read } from './read.ts';
import { resume } from './resume.ts';
import { sign } from './sign.ts';
import { StoreCaller } from './store/client.ts';
import type { SignerContext } from './store/context.ts';
import { Findings } from './store/findings.ts';
import { removeObject } from './store/head.ts';
import { heed } from './store/heed.ts';
import { BucketHome } from './store/home.ts';
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
    ownKeys: ownKeys(settings, context.home),
    store: `s3 ${settings.endpoint ?? 'amazonaws.com'}/${settings.bucket}`,
    capabilities: () => capabilitiesOf(context),
    readTicket: (ticket) => readTicket(ticket, settings),
    begin: (file, call) => begin(context, file, call),
    sign: async (facts, wanted, call) => {
      await heed(context, facts, call);
      return sign(context, facts, wanted, call);
    },
    resume: (facts, call) => resume(context, facts, call),
    commit: (facts, manifest, call) => commit(context, facts, manifest, call),
    discard: (facts, call) => discard(context, facts, call),
    read: async (key, call) => {
      await heed(context, null, call);
      return read(context, key, call);
    },
    remove: (key, call) => removeObject(context, key, call),
    unfinished: (olderThan, call) => unfinished(context, olderThan, call),
  });
}

function makeContext(options: S3Options, settings: Settings): SignerContext {
  const clock = new StoreClock(settings.clock);
  const home = new BucketHome(options, settings, clock);
  const caller = new StoreCaller(home, clock);
  return {
    settings,
    clock,
    home,
    caller,
    presigner: new Presigner(home, clock, settings.timeToLive),
    findings: new Findings(settings, caller),
    serial: new Serial(),
    copies: new Map(),
  };
}

/** What this signer can do with this bucket, as its options say, and as the store was found to do. */
function capabilitiesOf({ settings, findings }: SignerContext): Capabilities {
  const guard = findings.conditionalWrites ? 'store' : 'key';
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
    storeVerifiesDigests: settings.checksum !== 'none' && findings.proven?.verifies !== false,
    expires: true,
    listsUnfinished: true,
    staging: true,
  };
}
