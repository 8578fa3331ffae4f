import type { Commit, Manifest, PartFacts } from '../signer/signer.ts';
import { type CommitRefusal, checkManifest, checkObject, contradict } from './commit-check.ts';
import type { PartsRecord } from './records.ts';
import { listParts } from './resume.ts';
import type { SignerContext } from './signer-context.ts';
import { storedObject } from './stored-object.ts';
import type { TicketFacts } from './ticket.ts';

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
export function wrongGeometry(ticket: TicketFacts, manifest: Manifest): CommitRefusal | null {
  if (hasGeometry(manifest.parts, manifest.size, ticket.partSize)) return null;
  return { state: 'refused', code: 'size-mismatch', reason: 'The parts are not those of the plan.' };
}

/** Names the parts that are not there, or not as they were sent; null when all are. */
export function missingParts(upload: PartsRecord, manifest: Manifest): Commit | null {
  const listed = new Map(listParts(upload).map((part) => [part.number, part]));
  const missing = manifest.parts.filter(({ number, size, digests }) => {
    const held = listed.get(number);
    return held === undefined || held.size !== size || contradict(digests, held.digests);
  });
  return missing.length > 0 ? { state: 'missing', parts: missing.map((part) => part.number) } : null;
}

/** Puts the parts together, when all that were sent are there and are what was sent. */
export function commitParts(
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
