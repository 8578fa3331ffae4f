import { TransferError } from '@mesibo-files/handler-core';
import {
  assertUndecided,
  checkPart,
  pendingName,
  type SignedPart,
  type SignerCall,
  type WantedPart,
} from '@mesibo-files/handler-core/provider';
import { objectHeaders } from './format/metadata.ts';
import { MAX_PARTS } from './options.ts';
import type { Unsigned } from './presign/presign.ts';
import type { TinyContext } from './signer.ts';
import { landingKey, type TicketFacts } from './ticket.ts';

/** @throws `upload-ended` for a staged upload that was committed or refused */
export async function sign(
  context: TinyContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
  call: SignerCall,
): Promise<readonly SignedPart[]> {
  if (facts.staging !== 'none') {
    const waiting = await context.store.find(pendingName(context.settings.prefix, facts.key), call);
    await assertUndecided(waiting, () => context.store.find(facts.key, call), facts);
  }
  return signParts(context, facts, wanted);
}

/** Signs a request for each part, bound to its size and digest, and where it is the whole to what the object is. */
export function signParts(
  { presign, settings }: TinyContext,
  facts: TicketFacts,
  wanted: readonly WantedPart[],
): Promise<readonly SignedPart[]> {
  const whole: Record<string, string> = { ...objectHeaders(facts), 'if-none-match': '*' };
  const requests = wanted.map((part): Unsigned => {
    checkPart({ ...facts, inParts: facts.upload !== null }, part, MAX_PARTS);
    const { sha256 } = part.digests;
    if (sha256 === undefined || !/^[A-Za-z0-9+/]{43}=$/.test(sha256)) {
      throw new TransferError(
        'invalid-argument',
        `Part ${part.number} needs its sha256 before it is signed.`,
      );
    }
    const bound = { 'content-length': String(part.size), 'x-sha256': sha256 };
    const key = landingKey(facts, settings);
    if (facts.upload === null) return { method: 'PUT', key, headers: { ...bound, ...whole } };
    return { method: 'PUT', key, query: { upload: facts.upload, part: String(part.number) }, headers: bound };
  });
  return Promise.all(
    requests.map(async (request, index) => ({
      number: wanted[index]?.number ?? 0,
      request: await presign(request),
    })),
  );
}
