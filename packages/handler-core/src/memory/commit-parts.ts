import type { Commit, Manifest, PartFacts } from '../signer/signer.ts';
import { checkManifest, checkObject, contradict } from './commit-check.ts';
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

/** Puts the parts together, when all that were sent are there and are what was sent. */
export function commitParts(
  context: SignerContext,
  ticket: TicketFacts,
  manifest: Manifest,
  upload: PartsRecord,
): Commit {
  const { backend, settings } = context;
  const wrong = checkManifest(ticket, manifest);
  if (wrong !== null) {
    backend.end(upload.id);
    return wrong;
  }
  if (!hasGeometry(manifest.parts, manifest.size, ticket.partSize)) {
    backend.end(upload.id);
    return { state: 'refused', code: 'size-mismatch', reason: 'The parts are not those of the plan.' };
  }
  const listed = new Map(listParts(upload).map((part) => [part.number, part]));
  const missing = manifest.parts.filter(({ number, size, digests }) => {
    const held = listed.get(number);
    return held === undefined || held.size !== size || contradict(digests, held.digests);
  });
  if (missing.length > 0) return { state: 'missing', parts: missing.map((part) => part.number) };
  if (settings.noOverwrite && backend.objects.has(ticket.key)) {
    backend.end(upload.id);
    return { state: 'refused', code: 'object-exists', reason: 'Another object has this key.' };
  }
  const object = backend.complete(upload, manifest.parts.length, settings.noOverwrite);
  const differs = checkObject(ticket, manifest, object);
  if (differs !== null) backend.objects.delete(ticket.key);
  return differs ?? { state: 'stored', object: storedObject(context, object) };
}
