import type { Landed, Manifest, SignerCall, StagedStore } from '@mesibo-files/handler-core/provider';
import { putTogether } from './commit-parts.ts';
import type { SignerContext } from './context.ts';
import { endUpload } from './discard.ts';
import { finalPlace } from './found.ts';
import { headObject, removeObject } from './head.ts';
import { landingName } from './landing.ts';
import { xmlUrl } from './location.ts';
import { readPlan } from './read.ts';
import type { ObjectResource } from './resource.ts';
import { rewrite } from './rewrite.ts';
import { askSession } from './session.ts';
import type { TicketFacts } from './ticket.ts';

/** What the commit of a staged upload needs of this store. */
export function pendingStore(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): StagedStore<ObjectResource> {
  const name = landingName(facts, context.settings);
  const place = finalPlace(context, facts, call);
  return {
    landed: () => landed(context, facts, name, manifest, call),
    committed: () => headObject(context, facts.key, call, 'known'),
    storedObject: place.storedObject,
    read: async (readCall) => readPlan(context, name, await headObject(context, name, readCall), false),
    promote: (found) => rewrite(context, facts, name, found, call),
    drop: () => removeObject(context, name, call),
    mark: async (metadata) => {
      await endUpload(context, facts, call);
      await mark(context, name, metadata, call);
    },
  };
}

async function landed(
  context: SignerContext,
  facts: TicketFacts,
  name: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<Landed<ObjectResource>> {
  const { uploadId, session } = facts;
  const parts = uploadId === null ? null : await putTogether(context, facts, uploadId, manifest, call);
  if (parts !== null && typeof parts !== 'string') return parts;
  const found = await headObject(context, name, call);
  if (found !== null) return { state: 'found', found };
  if (parts !== null) return { state: 'absent', answer: { state: 'gone' } };
  if (session === null) return { state: 'absent', answer: { state: 'missing', parts: [1] } };
  const open = (await askSession(context, session, call)) === 'open';
  return { state: 'absent', answer: open ? { state: 'missing', parts: [] } : { state: 'gone' } };
}

/** Puts an empty object with this metadata under a name. */
async function mark(
  { caller, location }: SignerContext,
  name: string,
  metadata: Record<string, string>,
  call: SignerCall,
): Promise<void> {
  const headers = Object.fromEntries(
    Object.entries(metadata).map(([field, value]) => [`x-goog-meta-${field}`, value]),
  );
  await caller.send('marking the upload as refused', call, {
    method: 'PUT',
    url: xmlUrl(location, name, {}),
    headers: { ...headers, 'content-length': '0' },
    body: '',
    by: 'token',
  });
}
