import { fileUrlFor } from '../naming/file-url.ts';
import { parseContentDisposition } from '../naming/parse-disposition.ts';
import { isOurs, senderOf } from '../provider/object-metadata.ts';
import type { ObjectFacts, StoredObject } from '../signer/object.ts';
import type { ObjectRecord } from './records.ts';
import type { SignerContext } from './signer-context.ts';
import type { TicketFacts } from './ticket.ts';

/** What is known of an object, for whoever fetches it. */
export function objectFacts(record: ObjectRecord): ObjectFacts {
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
