import type { Signer } from '@mesibo-files/handler-core';
import { assembleSigner, Serial, StoreClock } from '@mesibo-files/handler-core/provider';
import { begin } from './begin.ts';
import { capabilitiesOf } from './capabilities.ts';
import { makeClient, StoreCaller } from './client.ts';
import { commit } from './commit.ts';
import type { SignerContext } from './context.ts';
import { storeHashes } from './crc32.ts';
import { discard } from './discard.ts';
import { removeObject } from './head.ts';
import { type BucketLocation, locate } from './location.ts';
import type { S3Options } from './options.ts';
import { Presigner } from './presign.ts';
import { ownKeys, read } from './read.ts';
import { resume } from './resume.ts';
import { settingsOf } from './settings.ts';
import { sign } from './sign.ts';
import { readTicket, type TicketFacts } from './ticket.ts';
import { unfinished } from './unfinished.ts';

/**
 * The signer of one S3 bucket, Amazon's or a compatible store's: small files in one PUT, larger ones in parts.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function s3Signer(options: S3Options): Signer {
  const context = makeContext(options);
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
  return { settings, clock, caller, presigner, serial: new Serial(), copies: new Map(), location };
}
