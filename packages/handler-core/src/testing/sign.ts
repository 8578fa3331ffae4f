import { TransferError } from '../errors/transfer-error.ts';
import type { SignedPart, SignedRequest, WantedPart } from '../signer/request.ts';
import { landingName } from './landing.ts';
import { headOf } from './object-head.ts';
import { integrityOf } from './plan.ts';
import type { SignerContext } from './signer-context.ts';
import type { TicketFacts } from './ticket.ts';
import { signUrl } from './url-signature.ts';

type Headers = Readonly<Record<string, string>>;

/** What is wrong with a part, or null when it is one of the plan's. */
function faultOf({ settings }: SignerContext, ticket: TicketFacts, part: WantedPart): string | null {
  const { number, size } = part;
  const { partSize, shape } = ticket;
  const planned = ticket.size === null ? settings.maxParts : Math.max(1, Math.ceil(ticket.size / partSize));
  const count = shape === 'parts' ? Math.min(planned, settings.maxParts) : 1;
  if (!Number.isInteger(number) || number < 1 || number > count) return 'is not in the plan';
  if (shape === 'session') return null;
  if (size === null || size < 0) return 'has no size';
  const rest = ticket.size === null ? null : ticket.size - (number - 1) * partSize;
  const wanted = shape === 'single' ? ticket.size : rest === null ? null : Math.min(partSize, rest);
  const fits = wanted === null ? size <= partSize : size === wanted;
  return fits ? null : 'has another size than planned';
}

function objectHeaders({ settings }: SignerContext, ticket: TicketFacts): Headers {
  const { contentType, disposition, meta } = headOf(ticket);
  const metaHeaders = Object.entries(meta).map(([name, value]) => [`x-memory-meta-${name}`, value]);
  return {
    'content-type': contentType,
    ...(disposition === null ? {} : { 'content-disposition': disposition }),
    ...Object.fromEntries(metaHeaders),
    ...(settings.digest === null ? {} : { 'x-memory-algorithm': settings.digest }),
    ...(settings.noOverwrite ? { 'if-none-match': '*' } : {}),
  };
}

function signOne(context: SignerContext, ticket: TicketFacts, part: WantedPart, now: number): SignedRequest {
  const { settings, secret, baseUrl } = context;
  const { timeToLive, dialect, proof } = settings;
  const { shape } = ticket;
  const grant = { key: landingName(settings, ticket), issuedAt: now, timeToLive };
  if (shape === 'session') {
    const query = { session: ticket.upload ?? '', dialect };
    const url = signUrl(secret, baseUrl, { ...grant, method: '*', query, headers: {} });
    return { method: dialect === 'content-range' ? 'PUT' : 'PATCH', url, headers: {}, timeToLive };
  }
  const digests = integrityOf(settings, shape).parts.map((algorithm) => part.digests[algorithm]);
  if (digests.includes(undefined)) {
    throw new TransferError('invalid-argument', `Part ${part.number} lacks a digest that the plan asks for.`);
  }
  const [digest] = digests;
  const headers: Headers = {
    'content-length': String(part.size),
    ...(shape === 'single' ? objectHeaders(context, ticket) : {}),
    ...(proof === 'store' && digest !== undefined ? { 'x-memory-digest': digest } : {}),
  };
  const query: Headers = ticket.upload === null ? {} : { upload: ticket.upload, part: String(part.number) };
  const url = signUrl(secret, baseUrl, { ...grant, method: 'PUT', query, headers });
  return { method: 'PUT', url, headers, timeToLive };
}

/** Signs requests for these parts. @throws `invalid-argument` for parts that are not the plan's, and for too many */
export function signParts(
  context: SignerContext,
  ticket: TicketFacts,
  wanted: readonly WantedPart[],
  now: number,
): readonly SignedPart[] {
  const { signBatch } = context.settings;
  if (wanted.length > signBatch) {
    throw new TransferError('invalid-argument', `At most ${signBatch} parts are signed in one call.`);
  }
  return wanted.map((part) => {
    const fault = faultOf(context, ticket, part);
    if (fault !== null) throw new TransferError('invalid-argument', `Part ${part.number} ${fault}.`);
    return { number: part.number, request: signOne(context, ticket, part, now) };
  });
}
