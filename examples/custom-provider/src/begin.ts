import {
  type BeginCall,
  beginFacts,
  type FileFacts,
  KEPT_FOR,
  type Plan,
  partCount,
  partSizeFor,
  type SignedPart,
} from '@mesibo-files/handler-core/provider';
import { ANSWERS } from './format/answers.ts';
import { objectHeaders } from './format/metadata.ts';
import { MAX_PARTS } from './options.ts';
import { signParts } from './sign.ts';
import type { TinyContext } from './signer.ts';
import { landingKey, type TicketFacts, writeTicket } from './ticket.ts';

/** Chooses key, shape and part size. A file in one request costs no request here; parts cost one. */
export async function begin(context: TinyContext, file: FileFacts, call: BeginCall): Promise<Plan> {
  const { settings, clock, store } = context;
  const common = beginFacts({ ...settings, streamSize: settings.partSize * MAX_PARTS }, clock, file, call);
  const single = file.size !== null && file.size <= settings.partSize;
  const partSize = partSizeFor(common.maxSize, settings.partSize, single ? 1 : MAX_PARTS);
  const facts: TicketFacts = { ...common, partSize, upload: null };
  if (single) {
    // Small files come with their digest, so that begin signs at once.
    const wanted = { number: 1, size: file.size, digests: file.digests };
    const signed = file.digests.sha256 === undefined ? [] : await signParts(context, facts, [wanted]);
    return planOf(facts, clock.now(), signed);
  }
  const { upload } = (await store.ask<{ readonly upload: string }>('beginning an upload', call, {
    method: 'POST',
    key: landingKey(facts, settings),
    query: { begin: '' },
    headers: objectHeaders(facts),
  })) as { readonly upload: string };
  return planOf({ ...facts, upload }, clock.now(), []);
}

/** The plan that belongs to a ticket. */
export function planOf(facts: TicketFacts, now: number, signed: readonly SignedPart[]): Plan {
  const { upload, size, maxSize, partSize } = facts;
  const common = {
    ticket: writeTicket(facts),
    answers: ANSWERS,
    integrity: { parts: ['sha256'], whole: [], proof: 'store' },
    serverTime: now,
    keptFor: KEPT_FOR,
    signed,
  } as const;
  if (upload === null) return { ...common, shape: 'single', size: size ?? 0 };
  const maxParts = Math.min(MAX_PARTS, partCount(size ?? maxSize, partSize));
  return { ...common, shape: 'parts', size, partSize, maxParts, signBatch: 100 };
}
