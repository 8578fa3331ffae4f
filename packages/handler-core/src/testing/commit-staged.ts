import { fileUrlFor } from '../naming/file-url.ts';
import { cleanPrefix } from '../naming/object-key.ts';
import { pendingName } from '../provider/pending-key.ts';
import type { ObjectIntegrity } from '../signer/digests.ts';
import type { Commit, CommitCall, Manifest, PendingObject } from '../signer/signer.ts';
import { absent, type CommitRefusal, checkManifest, checkObject } from './commit-check.ts';
import { missingParts, wrongGeometry } from './commit-parts.ts';
import { landingName } from './landing.ts';
import { headOf } from './object-head.ts';
import type { Pieces } from './pieces.ts';
import { readObject } from './read.ts';
import type { PartsRecord } from './records.ts';
import type { SignerContext } from './signer-context.ts';
import { ownObject, storedObject } from './stored-object.ts';
import type { TicketFacts } from './ticket.ts';

/** What waits for the commit, as it is now: what is sent later changes nothing of it. */
interface Waiting {
  readonly bytes: Pieces;
  readonly integrity: ObjectIntegrity;
  readonly contentType: string;
}

/**
 * Commits the upload of a client that is not trusted: looks at what waits, asks the owner, and stores exactly what was
 * looked at, with the metadata of the ticket. The first decision stands, whatever comes later.
 */
export async function commitStaged(
  context: SignerContext,
  ticket: TicketFacts,
  manifest: Manifest,
  { inspect }: CommitCall,
): Promise<Commit> {
  const { backend } = context;
  const before = earlier(context, ticket, manifest);
  if (before !== null) return before;
  const waiting = waitingOf(context, ticket, manifest);
  if ('state' in waiting) return waiting.state === 'refused' ? refuse(context, ticket, waiting) : waiting;
  const wrong = checkManifest(ticket, manifest) ?? checkObject(ticket, manifest, waiting);
  if (wrong !== null) return refuse(context, ticket, wrong);
  if (inspect !== undefined) {
    const verdict = await inspect(pendingObject(context, ticket, waiting));
    // Another commit may have decided meanwhile.
    const meanwhile = earlier(context, ticket, manifest);
    if (meanwhile !== null) return meanwhile;
    if (verdict.verdict === 'later') return { state: 'pending', retryAfter: verdict.retryAfter };
    if (verdict.verdict === 'remove') {
      return refuse(context, ticket, { state: 'refused', code: 'forbidden', reason: verdict.reason });
    }
  }
  if (backend.objects.has(ticket.key)) {
    return { state: 'refused', code: 'object-exists', reason: 'Another object has this key.' };
  }
  const object = backend.putObject(ticket.key, headOf(ticket), waiting.bytes, waiting.integrity, true);
  backend.decisions.make(ticket, 'stored');
  dropWaiting(context, ticket);
  return { state: 'stored', object: storedObject(context, object) };
}

/** Removes what waits. A committed object is none of it. */
export function dropWaiting({ backend, settings }: SignerContext, ticket: TicketFacts): void {
  if (ticket.upload !== null) backend.end(ticket.upload);
  backend.objects.delete(pendingName(cleanPrefix(settings.prefix), ticket.key));
}

/** What an earlier commit decided, compared with this manifest; null while nothing is decided. */
function earlier(context: SignerContext, ticket: TicketFacts, manifest: Manifest): Commit | null {
  const decision = context.backend.decisions.of(ticket);
  if (decision === null || decision !== 'stored') return decision;
  dropWaiting(context, ticket);
  const object = ownObject(context, ticket);
  // Somebody removed the file since.
  if (object === undefined) return { state: 'gone' };
  const wrong = checkManifest(ticket, manifest) ?? checkObject(ticket, manifest, object);
  return wrong ?? { state: 'stored', object: storedObject(context, object) };
}

function refuse(context: SignerContext, ticket: TicketFacts, why: CommitRefusal): CommitRefusal {
  context.backend.decisions.make(ticket, why);
  dropWaiting(context, ticket);
  return why;
}

/** What waits, or what the commit answers where it is not all there. */
function waitingOf(context: SignerContext, ticket: TicketFacts, manifest: Manifest): Waiting | Commit {
  const { backend, settings } = context;
  const name = landingName(settings, ticket);
  const id = ticket.upload ?? '';
  const parts = backend.findParts(id, name);
  if (parts !== undefined) return partsTogether(context, ticket, manifest, parts);
  const session = backend.findSession(id, name);
  if (session !== undefined && !session.complete) return { state: 'missing', parts: [] };
  return backend.objects.get(name) ?? absent(context, ticket);
}

/** Parts stay listed until the decision; the owner reads them together under the pending name. */
function partsTogether(
  context: SignerContext,
  ticket: TicketFacts,
  manifest: Manifest,
  upload: PartsRecord,
): Waiting | Commit {
  const fault =
    checkManifest(ticket, manifest) ?? wrongGeometry(ticket, manifest) ?? missingParts(upload, manifest);
  if (fault !== null) return fault;
  const { backend } = context;
  const together = backend.assemble(upload, manifest.parts.length);
  if (ticket.staging === 'readable') {
    backend.putObject(upload.key, upload.head, together.bytes, together.integrity, false);
  }
  return { ...together, contentType: upload.head.contentType };
}

function pendingObject(context: SignerContext, ticket: TicketFacts, waiting: Waiting): PendingObject {
  const { uid, mid, source, secure, contentType, name, key } = ticket;
  const landed = landingName(context.settings, ticket);
  const readable = context.backend.objects.has(landed);
  return {
    url: fileUrlFor(context.baseUrl, key),
    key,
    size: waiting.bytes.size,
    contentType,
    name,
    version: null,
    integrity: waiting.integrity,
    sender: { uid, mid, source, secure },
    read: readable ? async () => readObject(context, landed, context.settings.clock.now(), false) : null,
  };
}
