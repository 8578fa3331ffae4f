import type { Signer, SignerCall, Ticket } from '@mesibo-files/handler-core';
import { enterCall, findOwnKey, ownKey, StoreClock } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { StoreCaller } from './caller.ts';
import { capabilitiesOf } from './capabilities.ts';
import { makeClient } from './client.ts';
import { commit } from './commit.ts';
import type { SignerContext } from './context.ts';
import { storeHashes } from './crc32c.ts';
import { Credentials } from './credentials.ts';
import { discard, removeObject } from './discard.ts';
import { keyOfBucketUrl, locate } from './location.ts';
import type { GcsOptions } from './options.ts';
import { Presigner } from './presign.ts';
import { read } from './read.ts';
import { resume } from './resume.ts';
import { settingsOf } from './settings.ts';
import { signParts } from './sign.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/**
 * The signer of one bucket of Google Cloud Storage: small files in one PUT, larger ones in a resumable session, or in
 * parts.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function gcsSigner(options: GcsOptions): Signer {
  const context = makeContext(options);
  const { settings, clock, location, ownKeys } = context;
  const opened = (ticket: Ticket, call: SignerCall): TicketFacts => {
    enterCall(clock, call);
    return readTicket(ticket, settings, location);
  };
  return {
    hash: storeHashes,
    capabilities: async (call) => {
      enterCall(clock, call);
      return capabilitiesOf(settings);
    },
    begin: async (facts, call) => {
      enterCall(clock, call);
      return begin(context, facts, call);
    },
    sign: async (ticket, wanted, call) => signParts(context, opened(ticket, call), wanted),
    resume: async (ticket, call) => resume(context, opened(ticket, call), call),
    commit: async (ticket, manifest, call) => commit(context, opened(ticket, call), manifest, call),
    discard: async (ticket, call) => discard(context, opened(ticket, call), call),
    read: async (url, call) => {
      enterCall(clock, call);
      return read(context, url, call);
    },
    remove: async (url, call) => {
      enterCall(clock, call);
      return removeObject(context, ownKey(ownKeys, url), call);
    },
    owns: (url) => findOwnKey(ownKeys, url) !== null,
    unfinished: (olderThan, call) => {
      clock.correct(call);
      return unfinished(context, olderThan, call);
    },
  };
}

function makeContext(options: GcsOptions): SignerContext {
  const settings = settingsOf(options);
  const clock = new StoreClock(settings.clock);
  const client = makeClient(options, clock);
  const location = locate(client.apiEndpoint, settings.bucket);
  const credentials = new Credentials(client.authClient, clock);
  return {
    settings,
    clock,
    location,
    caller: new StoreCaller(credentials, clock),
    presigner: new Presigner(client, settings.bucket, clock, settings.timeToLive, credentials),
    ownKeys: {
      prefix: settings.prefix,
      publicUrl: settings.publicUrl,
      keyOfBucketUrl: (url) => keyOfBucketUrl(location, url),
    },
  };
}
