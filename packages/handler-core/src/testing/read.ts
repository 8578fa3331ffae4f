import { TransferError } from '../errors/transfer-error.ts';
import { fileUrlFor } from '../naming/file-url.ts';
import { parseContentDisposition } from '../naming/parse-disposition.ts';
import { isOurs, senderOf } from '../provider/object-metadata.ts';
import type { ObjectFacts, StoredObject } from '../signer/object.ts';
import type { ReadPlan } from '../signer/signer.ts';
import type { ObjectRecord } from './backend.ts';
import { READ_ANSWERS } from './begin.ts';
import type { SignerContext, TicketFacts } from './context.ts';
import { signUrl } from './signed-url.ts';

/** The facts of an object, for a download. */
function objectFacts(record: ObjectRecord): ObjectFacts {
  const { bytes, contentType, version, integrity, disposition, meta } = record;
  const name = disposition === null ? null : parseContentDisposition(disposition);
  return { size: bytes.size, contentType, version, integrity, name, ...senderOf(meta) };
}

/** The object as a commit answers it. */
export function storedObject({ baseUrl }: SignerContext, record: ObjectRecord): StoredObject {
  return { ...objectFacts(record), key: record.key, url: fileUrlFor(baseUrl, record.key) };
}

/** The object that this very upload made, not another of the same name. */
export function ownObject({ backend }: SignerContext, ticket: TicketFacts): ObjectRecord | undefined {
  const record = backend.objects.get(ticket.key);
  return record !== undefined && isOurs(record.meta, ticket) ? record : undefined;
}

/** A signed GET of an object, bound to its version unless it must work as a bare URL. @throws `object-not-found` */
export function readObject(context: SignerContext, key: string, now: number, bare: boolean): ReadPlan {
  const { backend, secret, baseUrl, ranges, settings } = context;
  const object = backend.objects.get(key);
  if (object === undefined)
    throw new TransferError('object-not-found', 'There is no such object in the memory store.');
  const headers: Record<string, string> = bare ? {} : { 'if-match': object.version };
  const { timeToLive } = settings;
  const url = signUrl(secret, baseUrl, { method: 'GET', key, query: {}, headers, issuedAt: now, timeToLive });
  return {
    ...objectFacts(object),
    request: { method: 'GET', url, headers, timeToLive },
    answers: READ_ANSWERS,
    ranges,
    serverTime: now,
  };
}
