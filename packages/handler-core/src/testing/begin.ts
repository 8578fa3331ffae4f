import { toHex } from '../digest/hex.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { normaliseMediaType } from '../naming/media-type.ts';
import { objectKey } from '../naming/object-key.ts';
import type { Plan } from '../signer/plan.ts';
import type { BeginCall, FileFacts } from '../signer/signer.ts';
import { isStaged, landingName } from './landing.ts';
import { headOf } from './object-head.ts';
import { integrityOf, planOf } from './plan.ts';
import { signParts } from './sign.ts';
import type { SignerContext } from './signer-context.ts';
import type { SignerSettings } from './signer-options.ts';
import { sealTicket, type TicketFacts } from './ticket.ts';

function checkFacts(settings: SignerSettings, facts: FileFacts): void {
  if ((facts.size ?? 0) > settings.maxSize) {
    throw new TransferError('file-too-large', `The store takes files of ${settings.maxSize} bytes.`);
  }
  if (!settings.accepts(facts.contentType)) {
    throw new TransferError('type-refused', `The store takes no ${facts.contentType}.`);
  }
}

function ticketFacts(
  { settings, random }: SignerContext,
  facts: FileFacts,
  now: number,
  { staging = 'none' }: BeginCall,
): TicketFacts {
  const { size, name, source, uid, transferId } = facts;
  const contentType = normaliseMediaType(facts.contentType) ?? 'application/octet-stream';
  const single = size !== null && settings.singleUpTo > 0 && size <= settings.singleUpTo;
  const shape = single ? 'single' : settings.shape;
  if (shape === 'single' && size === null) {
    throw new TransferError('unsupported', 'A stream of unknown length is no single request.');
  }
  const maxSize = size ?? Math.min(facts.maxSize ?? settings.maxSize, settings.maxSize);
  const least = shape === 'parts' ? Math.ceil(maxSize / settings.maxParts) : 1;
  return {
    shape,
    key: objectKey({ prefix: settings.prefix, source, now, random, name }),
    size,
    maxSize,
    partSize: Math.max(settings.partSize, least),
    contentType,
    name,
    transferId,
    source,
    uid,
    secure: facts.secure ?? false,
    mid: String(facts.mid),
    staging,
    upload: shape === 'single' ? null : toHex(random.bytes(16)),
    begunAt: now,
  };
}

/** Chooses key, shape and part size, and opens the store's record of the upload. */
export function beginUpload(context: SignerContext, facts: FileFacts, now: number, call: BeginCall): Plan {
  const { backend, secret, settings } = context;
  checkFacts(settings, facts);
  const ticket = ticketFacts(context, facts, now, call);
  const label = sealTicket(secret, ticket);
  const { upload: id, partSize, size, maxSize } = ticket;
  const key = landingName(settings, ticket);
  if (isStaged(ticket)) backend.hide(key);
  if (id !== null) {
    const begunAt = backend.clock.now();
    const lapsesAt = begunAt + settings.keptFor;
    const head = headOf(ticket);
    const record = { id, key, label, begunAt, heardAt: begunAt, lapsesAt, head, algorithm: settings.digest };
    if (ticket.shape === 'parts') backend.begin({ ...record, kind: 'parts', partSize, parts: new Map() });
    else {
      const { chunkMultiple } = settings;
      const empty = { chunks: [], held: 0, complete: false };
      backend.begin({ ...record, ...empty, kind: 'session', size, maxSize, chunkMultiple });
    }
  }
  const needed = integrityOf(settings, ticket.shape).parts;
  const known = needed.every((algorithm) => facts.digests[algorithm] !== undefined);
  const whole = ticket.shape === 'session' || (ticket.shape === 'single' && known);
  const wanted = whole ? [{ number: 1, size, digests: facts.digests }] : [];
  return planOf(settings, ticket, label, now, signParts(context, ticket, wanted, now));
}
