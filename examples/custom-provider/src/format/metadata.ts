import type { StoredObject } from '@mesibo-files/handler-core';
import {
  contentDisposition,
  fileUrlFor,
  type ObjectFacts,
  objectMetadata,
  parseContentDisposition,
  type StagedObject,
  senderOf,
} from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';

/** What the store answers of an object. */
export interface ObjectAnswer {
  readonly size: number;
  readonly contentType: string;
  readonly disposition: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly version: string;
  readonly sha256: string;
}

/** An object as the commit compares it. */
export interface Found extends StagedObject {
  readonly answer: ObjectAnswer;
}

export function foundOf(answer: ObjectAnswer): Found {
  const { size, contentType, metadata, sha256 } = answer;
  return { answer, size, contentType, metadata, digests: { sha256 } };
}

/** The headers that say what the object is: all of them from the ticket, none from the client. */
export function objectHeaders(facts: TicketFacts): Record<string, string> {
  const metadata = Object.entries(objectMetadata(facts));
  return {
    'content-type': facts.contentType,
    'content-disposition': contentDisposition(facts.name, facts.contentType),
    ...Object.fromEntries(metadata.map(([name, value]) => [`x-meta-${name}`, value])),
  };
}

export function objectFacts({
  size,
  contentType,
  disposition,
  metadata,
  ...rest
}: ObjectAnswer): ObjectFacts {
  return {
    size,
    contentType,
    version: rest.version,
    integrity: { kind: 'whole', digests: { sha256: rest.sha256 } },
    name: parseContentDisposition(disposition),
    ...senderOf(metadata),
  };
}

export function storedObject(settings: Settings, key: string, answer: ObjectAnswer): StoredObject {
  return { ...objectFacts(answer), key, url: fileUrlFor(baseUrl(settings), key) };
}

/** What file URLs begin with. */
export function baseUrl({ endpoint, bucket }: Settings): string {
  return fileUrlFor(endpoint, bucket);
}
