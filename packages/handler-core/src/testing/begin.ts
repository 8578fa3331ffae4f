import { isCombinable } from '../digest/combine.ts';
import type { DigestAlgorithm } from '../digest/hash.ts';
import { toHex } from '../digest/hex.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { contentDisposition } from '../naming/content-disposition.ts';
import { normaliseMediaType } from '../naming/media-type.ts';
import { objectKey } from '../naming/object-key.ts';
import { objectMetadata } from '../provider/object-metadata.ts';
import type { AnswerReading, AnswerRule } from '../signer/answer.ts';
import type { Integrity } from '../signer/digests.ts';
import type { Plan, Ticket } from '../signer/plan.ts';
import type { SignedPart, SignedRequest, WantedPart } from '../signer/request.ts';
import type { BeginCall, FileFacts } from '../signer/signer.ts';
import type { ObjectHead } from './backend.ts';
import {
  isStaged,
  landingName,
  type SignerContext,
  type SignerSettings,
  sealTicket,
  sessionDialect,
  type TicketFacts,
} from './context.ts';
import { signUrl } from './signed-url.ts';

const COMMON: readonly AnswerRule[] = [
  { status: 403, codes: ['ExpiredRequest'], means: 'expired' },
  { status: 403, codes: ['RequestTimeTooSkewed'], means: 'skewed' },
  { status: 403, codes: ['SignatureDoesNotMatch'], means: 'refused', error: 'credentials-wrong' },
  { status: 404, codes: ['NoSuchBucket'], means: 'refused', error: 'bucket-not-found' },
  { status: 404, codes: ['NoSuchKey'], means: 'gone', error: 'object-not-found' },
  { status: 404, codes: ['NoSuchUpload'], means: 'gone', error: 'upload-gone' },
  { status: 503, codes: ['SlowDown'], means: 'retry', error: 'throttled' },
];

const CODE: Pick<AnswerReading, 'code' | 'time'> = {
  // An answer to HEAD has no body, so the code stands in a header too.
  code: [
    { in: 'body', after: '<Code>', before: '</Code>' },
    { in: 'header', name: 'x-memory-error' },
  ],
  time: [{ in: 'body', after: '<ServerTime>', before: '</ServerTime>' }],
};

/** How to read the memory store's answers to uploads of every shape. */
const UPLOAD_ANSWERS: AnswerReading = {
  ...CODE,
  rules: [
    ...COMMON,
    { status: 308, means: 'more' },
    { status: [200, 204], header: { name: 'upload-complete', value: '?1' }, means: 'done' },
    { status: [200, 204], header: { name: 'upload-offset' }, means: 'more' },
    { status: 409, header: { name: 'upload-offset' }, means: 'more' },
    { status: 400, codes: ['BadDigest', 'IncompleteBody'], means: 'corrupt' },
    { status: 412, means: 'exists' },
    { status: 413, means: 'refused', error: 'file-too-large' },
    { status: 507, means: 'refused', error: 'quota-exceeded' },
  ],
};

/** How to read its answers to downloads. */
export const READ_ANSWERS: AnswerReading = {
  ...CODE,
  rules: [...COMMON, { status: 412, means: 'changed' }, { status: 416, means: 'changed' }],
};

/** The facts that are kept with an upload's object, whatever its shape. */
export function headOf(ticket: TicketFacts): ObjectHead {
  const { contentType, name } = ticket;
  return {
    contentType,
    disposition: contentDisposition(name, contentType),
    meta: objectMetadata(ticket),
  };
}

/** Which digests a plan of this shape asks for, and what they prove. */
export function integrityOf(settings: SignerSettings, shape: Plan['shape']): Integrity {
  const { digest, proof } = settings;
  const digests: readonly DigestAlgorithm[] = digest === null ? [] : [digest];
  if (shape === 'session') {
    // A session's bytes are known to the store only together.
    return { parts: [], whole: digests, proof };
  }
  const whole = shape === 'parts' && digest !== null && isCombinable(digest) ? digests : [];
  return { parts: digests, whole, proof };
}

/** The plan of a ticket, as begin and resume answer it. */
export function planOf(
  settings: SignerSettings,
  facts: TicketFacts,
  ticket: Ticket,
  serverTime: number,
  signed: readonly SignedPart[],
): Plan {
  const base = {
    ticket,
    answers: UPLOAD_ANSWERS,
    integrity: integrityOf(settings, facts.shape),
    serverTime,
    keptFor: facts.begunAt + settings.keptFor - serverTime,
    signed,
  };
  const { size, partSize, maxSize } = facts;
  if (facts.shape === 'single') return { ...base, shape: 'single', size: size ?? 0 };
  if (facts.shape === 'parts') {
    const { maxParts, signBatch } = settings;
    return { ...base, shape: 'parts', size, partSize, maxParts, signBatch };
  }
  // A store that proves by parts compares the digest at commit, not with the last chunk.
  const dialect = sessionDialect(
    settings.dialect,
    settings.chunkMultiple,
    settings.proof === 'store' ? settings.digest : null,
  );
  return { ...base, shape: 'session', size, chunkSize: partSize, maxSize, dialect };
}

type Headers = Readonly<Record<string, string>>;

/** The fault of a part; null when it is one of the plan's. */
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
