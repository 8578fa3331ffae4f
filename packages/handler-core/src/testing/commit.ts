import type { Digests } from '../digest/hash.ts';
import { fileUrlFor } from '../naming/file-url.ts';
import { cleanPrefix } from '../naming/object-key.ts';
import { isOurs } from '../provider/object-metadata.ts';
import { pendingName } from '../provider/pending-key.ts';
import type { ObjectIntegrity } from '../signer/digests.ts';
import type { Plan, Ticket } from '../signer/plan.ts';
import type { Commit, CommitCall, Manifest, PartFacts, PendingObject, Stored } from '../signer/signer.ts';
import type { CommitRefusal, ObjectRecord, PartsRecord, Pieces } from './backend.ts';
import { headOf, planOf } from './begin.ts';
import { isStaged, landingName, openTicket, type SignerContext, type TicketFacts } from './context.ts';
import { ownObject, readObject, storedObject } from './read.ts';

/** The parts that the store lists, by number. */
function listParts(upload: PartsRecord): readonly PartFacts[] {
  return [...upload.parts]
    .map(([number, { bytes, digest }]) => {
      const digests: Digests =
        upload.algorithm === null || digest === null ? {} : { [upload.algorithm]: digest };
      return { number, size: bytes.length, digests };
    })
    .sort((left, right) => left.number - right.number);
}

/** A single request's bytes that wait for the commit. */
function onlyPart({ bytes, integrity }: ObjectRecord): PartFacts {
  return { number: 1, size: bytes.size, digests: integrity.kind === 'whole' ? integrity.digests : {} };
}

function storedOf(context: SignerContext, ticket: TicketFacts): Stored {
  const { backend, settings } = context;
  const decision = isStaged(ticket) ? backend.decisions.of(ticket) : null;
  if (decision !== null) {
    const object = decision === 'stored' ? ownObject(context, ticket) : undefined;
    return object === undefined
      ? { state: 'gone' }
      : { state: 'committed', object: storedObject(context, object) };
  }
  const id = ticket.upload ?? '';
  const name = landingName(settings, ticket);
  const upload = backend.findParts(id, name);
  if (upload !== undefined) return { state: 'parts', parts: listParts(upload) };
  const session = backend.findSession(id, name);
  // A complete session is not committed yet: let it be asked, and committed.
  if (session !== undefined) {
    const tells = settings.dialect === 'upload-offset' && !session.complete;
    return { state: 'offset', offset: tells ? session.held : null };
  }
  const object = backend.objects.get(name);
  if (object !== undefined && isStaged(ticket)) return { state: 'parts', parts: [onlyPart(object)] };
  if (object !== undefined && isOurs(object.meta, ticket)) {
    return { state: 'committed', object: storedObject(context, object) };
  }
  const young = backend.clock.now() < ticket.begunAt + settings.keptFor;
  return ticket.shape === 'single' && young ? { state: 'parts', parts: [] } : { state: 'gone' };
}

/** The plan again, and what the store holds. */
export function resumeUpload(
  context: SignerContext,
  ticket: Ticket,
  now: number,
): { readonly plan: Plan | null; readonly stored: Stored } {
  const facts = openTicket(context.secret, ticket);
  const stored = storedOf(context, facts);
  const plan = stored.state === 'gone' ? null : planOf(context.settings, facts, ticket, now, []);
  return { plan, stored };
}

/** Whether two lists of digests contradict each other. */
function contradict(left: Digests, right: Digests): boolean {
  const names = Object.keys(left) as (keyof Digests)[];
  return names.some((name) => right[name] !== undefined && right[name] !== left[name]);
}

/** Compares a manifest with its ticket; null when it may be. */
function checkManifest(ticket: TicketFacts, manifest: Manifest): CommitRefusal | null {
  if (manifest.size > ticket.maxSize) {
    return { state: 'refused', code: 'file-too-large', reason: 'The file has more bytes than were planned.' };
  }
  if (ticket.size !== null && manifest.size !== ticket.size) {
    return { state: 'refused', code: 'size-mismatch', reason: 'The file has another size than was planned.' };
  }
  return null;
}

/** Compares an object with what was planned and sent; null when it is the same. */
function checkObject(
  ticket: TicketFacts,
  manifest: Manifest,
  object: Pick<ObjectRecord, 'bytes' | 'contentType' | 'integrity'>,
): CommitRefusal | null {
  const refused = (code: CommitRefusal['code'], reason: string): CommitRefusal => ({
    state: 'refused',
    code,
    reason,
  });
  if (object.bytes.size !== manifest.size)
    return refused('size-mismatch', 'Another size is stored than was sent.');
  if (object.contentType !== ticket.contentType)
    return refused('type-refused', 'Another content type is stored.');
  const sent =
    ticket.shape === 'single' ? [manifest.digests, manifest.parts[0]?.digests ?? {}] : [manifest.digests];
  const held = object.integrity.kind === 'whole' ? object.integrity.digests : {};
  return sent.some((digests) => contradict(digests, held))
    ? refused('digest-mismatch', 'Other bytes are stored than were sent.')
    : null;
}

/** What a commit says when there is no object of this upload. */
function absent({ backend, settings }: SignerContext, ticket: TicketFacts): Commit {
  if (backend.objects.has(ticket.key)) {
    return { state: 'refused', code: 'object-exists', reason: 'Another object has this key.' };
  }
  const young = backend.clock.now() < ticket.begunAt + settings.keptFor;
  return ticket.shape === 'single' && young ? { state: 'missing', parts: [1] } : { state: 'gone' };
}

/** Whether these are the parts that a file of this size has: all of the planned size, but for the last. */
function hasGeometry(parts: readonly PartFacts[], size: number, partSize: number): boolean {
  const count = Math.max(1, Math.ceil(size / partSize));
  return (
    parts.length === count &&
    parts.every(
      (part, index) => part.number === index + 1 && part.size === Math.min(partSize, size - index * partSize),
    )
  );
}

/** Refuses parts that are not those of the plan; null when they are. */
function wrongGeometry(ticket: TicketFacts, manifest: Manifest): CommitRefusal | null {
  if (hasGeometry(manifest.parts, manifest.size, ticket.partSize)) return null;
  return { state: 'refused', code: 'size-mismatch', reason: 'The parts are not those of the plan.' };
}

/** Names the parts that are not there, or not as they were sent; null when all are. */
function missingParts(upload: PartsRecord, manifest: Manifest): Commit | null {
  const listed = new Map(listParts(upload).map((part) => [part.number, part]));
  const missing = manifest.parts.filter(({ number, size, digests }) => {
    const held = listed.get(number);
    return held === undefined || held.size !== size || contradict(digests, held.digests);
  });
  return missing.length > 0 ? { state: 'missing', parts: missing.map((part) => part.number) } : null;
}

/** Puts the parts together, when all that were sent are there and are what was sent. */
function commitParts(
  context: SignerContext,
  ticket: TicketFacts,
  manifest: Manifest,
  upload: PartsRecord,
): Commit {
  const { backend, settings } = context;
  const wrong = checkManifest(ticket, manifest) ?? wrongGeometry(ticket, manifest);
  if (wrong !== null) {
    backend.end(upload.id);
    return wrong;
  }
  const missing = missingParts(upload, manifest);
  if (missing !== null) return missing;
  if (settings.noOverwrite && backend.objects.has(ticket.key)) {
    backend.end(upload.id);
    return { state: 'refused', code: 'object-exists', reason: 'Another object has this key.' };
  }
  const object = backend.complete(upload, manifest.parts.length, settings.noOverwrite);
  const differs = checkObject(ticket, manifest, object);
  if (differs !== null) backend.objects.delete(ticket.key);
  else backend.decisions.make(ticket, 'stored');
  return differs ?? { state: 'stored', object: storedObject(context, object) };
}

/** The bytes that wait for the commit, as they are now: later requests don't change them. */
interface Waiting {
  readonly bytes: Pieces;
  readonly integrity: ObjectIntegrity;
  readonly contentType: string;
}

/**
 * Commits the upload of a client that is not trusted: looks at what waits, asks the owner, and stores exactly what was
 * looked at, with the metadata of the ticket. The first decision stands, whatever comes later.
 */
async function commitStaged(
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
function dropWaiting({ backend, settings }: SignerContext, ticket: TicketFacts): void {
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

/** The bytes that wait, or the commit's answer where some are missing. */
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

/** Ends an upload: see `Signer.commit`. Repeated, it finds the object that it made. */
export async function commitUpload(
  context: SignerContext,
  ticket: TicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  if (isStaged(ticket)) return commitStaged(context, ticket, manifest, call);
  const { backend } = context;
  const id = ticket.upload ?? '';
  const parts = backend.findParts(id, ticket.key);
  if (parts !== undefined) return commitParts(context, ticket, manifest, parts);
  const session = backend.findSession(id, ticket.key);
  if (session !== undefined && !session.complete) return { state: 'missing', parts: [] };
  const object = ownObject(context, ticket);
  if (object === undefined) return absent(context, ticket);
  const wrong = checkManifest(ticket, manifest) ?? checkObject(ticket, manifest, object);
  if (session !== undefined) backend.end(session.id);
  if (wrong === null) backend.decisions.make(ticket, 'stored');
  // An earlier commit stands: only this manifest is wrong.
  else if (backend.decisions.of(ticket) === null) backend.objects.delete(ticket.key);
  return wrong ?? { state: 'stored', object: storedObject(context, object) };
}

/** Removes what is stored of an upload: its record with all it holds, and an object that it made with no commit. */
export function dropUpload(context: SignerContext, ticket: TicketFacts): void {
  if (isStaged(ticket)) {
    dropWaiting(context, ticket);
    return;
  }
  const { backend } = context;
  const { upload, key } = ticket;
  const session = upload === null ? undefined : backend.findSession(upload, key);
  if (upload !== null) backend.end(upload);
  const uncommitted = ticket.shape === 'single' || session?.complete === true;
  if (uncommitted && ownObject(context, ticket) !== undefined) backend.objects.delete(key);
}
