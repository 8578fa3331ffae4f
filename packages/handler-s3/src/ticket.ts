import {
  COMMON_FIELDS,
  type CommonTicketFacts,
  isCount,
  isText,
  pendingName,
  readTicketFacts,
  refusedTicket,
  type Ticket,
  type TicketFields,
  writeTicketFacts,
} from '@mesibo-files/handler-core/provider';
import { MAX_OBJECT_SIZE, MAX_PART_SIZE, type S3Checksum, type Settings } from './options.ts';

/** All the state of an upload, as it stands in a ticket: any replica of the signer can go on with it. */
export interface TicketFacts extends CommonTicketFacts {
  /** Of an upload of parts; null for a plain PUT. */
  readonly uploadId: string | null;
  /** The file goes in one request: a plain PUT, or the only part of an upload. */
  readonly single: boolean;
  readonly partSize: number;
  readonly checksum: S3Checksum;
  /** Whether the ETag of a part is the MD5 of its bytes: not with KMS. */
  readonly plainETags: boolean;
}

const VERSION = 's3.1';

const FIELDS: TicketFields<TicketFacts> = {
  ...COMMON_FIELDS,
  size: (value) => value === null || (isCount(value) && value <= MAX_OBJECT_SIZE),
  maxSize: (value) => isCount(value) && value <= MAX_OBJECT_SIZE,
  uploadId: (value) => value === null || (isText(value) && value !== ''),
  single: (value) => typeof value === 'boolean',
  partSize: (value) => isCount(value) && value <= MAX_PART_SIZE && value !== 0,
  checksum: (value) => value === 'crc32' || value === 'md5' || value === 'none',
  plainETags: (value) => typeof value === 'boolean',
};

export function writeTicket(facts: TicketFacts): Ticket {
  return writeTicketFacts(VERSION, facts);
}

/**
 * Reads a ticket, trusting nothing in it.
 * @throws `invalid-argument` for what is no ticket of this bucket and prefix
 */
export function readTicket(ticket: Ticket, settings: Pick<Settings, 'bucket' | 'prefix'>): TicketFacts {
  const facts = readTicketFacts(ticket, VERSION, FIELDS, settings);
  if (facts.single && facts.size === null) throw refusedTicket('a single request must have a size');
  if (!facts.single && facts.uploadId === null) throw refusedTicket('it has no upload');
  return facts;
}

/** Whether the file is the only part of an upload, and the MD5 of its bytes will be that part's ETag. */
export function hasPredictedETag({ single, uploadId, checksum, plainETags }: TicketFacts): boolean {
  return single && uploadId !== null && checksum !== 'none' && plainETags;
}

/**
 * The name under which the bytes of an upload land. Parts are invisible until they are put together, so only an owner
 * who reads them before the commit needs them elsewhere than under the final key.
 */
export function landingName(facts: TicketFacts, { prefix }: Pick<Settings, 'prefix'>): string {
  return facts.staging === 'readable' ? pendingName(prefix, facts.key) : facts.key;
}
