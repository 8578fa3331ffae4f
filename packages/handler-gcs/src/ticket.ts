import {
  COMMON_FIELDS,
  type CommonTicketFacts,
  isText,
  isWhole,
  pendingName,
  readTicketFacts,
  refusedTicket,
  type Ticket,
  type TicketFields,
  writeTicketFacts,
} from '@mesibo-files/handler-core/provider';
import { type BucketLocation, isSessionUri } from './format/urls.ts';
import { type GcsChecksum, MAX_OBJECT_SIZE, MAX_PART_SIZE, type Settings } from './options.ts';

/** All the state of an upload, as it stands in a ticket: any replica of the signer can go on with it. */
export interface TicketFacts extends CommonTicketFacts {
  /** Of an upload in parts, else null. */
  readonly uploadId: string | null;
  /** The session's URI, which is a bearer credential; null where there is none. */
  readonly session: string | null;
  /** Bytes of a part or of a session's chunk. */
  readonly partSize: number;
  readonly checksum: GcsChecksum;
}

const VERSION = 'gcs.1';

const FIELDS: TicketFields<TicketFacts> = {
  ...COMMON_FIELDS,
  size: (value) => value === null || isSize(value, MAX_OBJECT_SIZE),
  maxSize: (value) => isSize(value, MAX_OBJECT_SIZE),
  uploadId: (value) => value === null || (isText(value) && value !== ''),
  session: (value) => value === null || isText(value),
  partSize: (value) => isSize(value, MAX_PART_SIZE) && value !== 0,
  checksum: (value) => value === 'crc32c' || value === 'none',
};

export function writeTicket(facts: TicketFacts): Ticket {
  return writeTicketFacts(VERSION, facts);
}

/**
 * Reads a ticket, trusting nothing in it: a client may have kept or made it, and a session's URI is called.
 * @throws `invalid-argument` for what is no ticket of this bucket and prefix
 */
export function readTicket(
  ticket: Ticket,
  settings: Pick<Settings, 'bucket' | 'prefix'>,
  location: BucketLocation,
): TicketFacts {
  const facts = readTicketFacts(ticket, VERSION, FIELDS, settings);
  if (facts.session !== null && !isSessionUri(location, facts.session, landingName(facts, settings))) {
    throw refusedTicket('its session is of another object');
  }
  if (facts.session !== null && facts.uploadId !== null) throw refusedTicket('it has two shapes');
  if (facts.session === null && facts.uploadId === null && facts.size === null) {
    throw refusedTicket('a single request must have a size');
  }
  return facts;
}

function isSize(value: unknown, most: number): boolean {
  return typeof value === 'number' && isWhole(value, 0, most);
}

/**
 * The name under which the bytes of an upload land: the final key for a trusted client, else the pending name. Parts,
 * too: the store states no digest of one, so only the object that they make can be verified.
 */
export function landingName(facts: TicketFacts, { prefix }: Pick<Settings, 'prefix'>): string {
  return facts.staging === 'none' ? facts.key : pendingName(prefix, facts.key);
}
