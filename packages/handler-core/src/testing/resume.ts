import { isOurs } from '../provider/object-metadata.ts';
import type { Digests } from '../signer/digests.ts';
import type { Plan, Ticket } from '../signer/plan.ts';
import type { PartFacts, Stored } from '../signer/signer.ts';
import { isStaged, landingName } from './landing.ts';
import { planOf } from './plan.ts';
import type { ObjectRecord, PartsRecord } from './records.ts';
import type { SignerContext } from './signer-context.ts';
import { ownObject, storedObject } from './stored-object.ts';
import { openTicket, type TicketFacts } from './ticket.ts';

/** The parts that the store lists, by number. */
export function listParts(upload: PartsRecord): readonly PartFacts[] {
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
