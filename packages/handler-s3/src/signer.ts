import type { Signer, SignerCall, Ticket } from '@mesibo-files/handler-core';
import { enterCall, findOwnKey, ownKey, StoreClock } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { capabilitiesOf } from './capabilities.ts';
import { makeClient, StoreCaller } from './client.ts';
import { commit } from './commit.ts';
import type { SignerContext } from './context.ts';
import { discard, removeObject } from './discard.ts';
import { type BucketLocation, locate } from './location.ts';
import type { S3Options } from './options.ts';
import { Presigner } from './presign.ts';
import { ownKeys, read } from './read.ts';
import { resume } from './resume.ts';
import { settingsOf } from './settings.ts';
import { signParts } from './sign.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/**
 * The signer of one S3 bucket, Amazon's or a compatible store's: small files in one PUT, larger ones in parts.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function s3Signer(options: S3Options): Signer {
  const context = makeContext(options);
  const { settings, clock } = context;
  const opened = (ticket: Ticket, call: SignerCall): TicketFacts => {
    enter(call);
    return readTicket(ticket, settings);
  };
  const enter = (call: SignerCall): void => enterCall(clock, call);
  return {
    capabilities: async (call) => {
      enter(call);
      return capabilitiesOf(settings);
    },
    begin: async (facts, call) => {
      enter(call);
      return begin(context, facts, call);
    },
    sign: async (ticket, wanted, call) => signParts(context, opened(ticket, call), wanted),
    resume: async (ticket, call) => resume(context, opened(ticket, call), call),
    commit: async (ticket, manifest, call) => commit(context, opened(ticket, call), manifest, call),
    discard: async (ticket, call) => discard(context, opened(ticket, call), call),
    read: async (url, call) => {
      enter(call);
      return read(context, url, call);
    },
    remove: async (url, call) => {
      enter(call);
      return removeObject(context, ownKey(ownKeys(settings), url), call);
    },
    owns: (url) => findOwnKey(ownKeys(settings), url) !== null,
    unfinished: (olderThan, call) => {
      clock.correct(call);
      return unfinished(context, olderThan, call);
    },
  };
}

function makeContext(options: S3Options): SignerContext {
  const settings = settingsOf(options);
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
  return { settings, clock, caller, presigner, location };
}
