import type { Signer } from '@mesibo-files/handler-core';
import { assembleSigner, type Capabilities, Serial, StoreClock } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { commit } from './commit.ts';
import { discard } from './discard.ts';
import { storeHashes } from './format/digests.ts';
import { keyOfBucketUrl, locate } from './format/urls.ts';
import { type GcsOptions, type Settings, settingsOf } from './options.ts';
import { Credentials } from './presign/credentials.ts';
import { Presigner } from './presign/presign.ts';
import { read } from './read.ts';
import { resume } from './resume.ts';
import { sign } from './sign.ts';
import { makeClient, StoreCaller } from './store/client.ts';
import type { SignerContext } from './store/context.ts';
import { removeObject } from './store/head.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/**
 * The signer of one bucket of Google Cloud Storage: small files in one PUT, larger ones in a resumable session, or in
 * parts.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function gcsSigner(options: GcsOptions): Signer {
  return signerOf(options, settingsOf(options));
}

/** The signer with these settings. Tests give it some that no option allows, as parts of a few bytes. */
export function signerOf(options: GcsOptions, checked: Settings): Signer {
  const context = makeContext(options, checked);
  const { settings, clock, location, ownKeys } = context;
  return assembleSigner<TicketFacts>({
    clock,
    hash: storeHashes,
    ownKeys: ownKeys,
    store: `gcs ${location.baseUrl}`,
    capabilities: () => capabilitiesOf(settings),
    readTicket: (ticket) => readTicket(ticket, settings, location),
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

function makeContext(options: GcsOptions, settings: Settings): SignerContext {
  const clock = new StoreClock(settings.clock);
  const client = makeClient(options, clock);
  const location = locate(client.apiEndpoint, settings.bucket);
  const credentials = new Credentials(client.authClient, clock);
  return {
    settings,
    clock,
    location,
    caller: new StoreCaller(credentials, clock, settings.userProject),
    presigner: new Presigner(client, settings.bucket, clock, settings.timeToLive, credentials),
    ownKeys: {
      prefix: settings.prefix,
      publicUrl: settings.publicUrl,
      keyOfBucketUrl: (url) => keyOfBucketUrl(location, url),
    },
    serial: new Serial(),
    rewrites: new Map(),
  };
}

/** What this signer can do with this bucket, as its options say. */
function capabilitiesOf(settings: Settings): Capabilities {
  const multipart = settings.upload === 'multipart';
  return {
    provider: 'gcs',
    shapes: ['single', multipart ? 'parts' : 'session'],
    singleUpTo: settings.singleUpTo,
    maxSize: settings.maxSize,
    beginDigests: settings.checksum === 'none' ? [] : [settings.checksum],
    // The XML API's multipart uploads know no preconditions.
    noOverwrite: { single: 'store', parts: 'key', session: 'store' },
    sizeBound: 'signature',
    partBound: 'signature',
    typeBound: 'signature',
    storeVerifiesDigests: settings.checksum !== 'none',
    expires: true,
    // Nobody can list sessions; they lapse in a week.
    listsUnfinished: multipart,
    staging: true,
  };
}
