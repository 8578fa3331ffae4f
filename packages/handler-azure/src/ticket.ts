import {
  COMMON_FIELDS,
  type CommonTicketFacts,
  isCount,
  readTicketFacts,
  refusedTicket,
  type Ticket,
  type TicketFields,
  writeTicketFacts,
} from '@mesibo-files/handler-core/provider';
import { type AzureChecksum, MAX_PART_SIZE, type Settings } from './options.ts';

/** All the state of an upload, as it stands in a ticket: any replica of the signer can go on with it. */
export interface TicketFacts extends CommonTicketFacts {
  /**
   * `single`: one Put Blob. `parts`: blocks of the object itself. `staged`: blocks under another name, which the commit
   * copies, because whoever may write blocks may also overwrite.
   */
  readonly way: 'single' | 'parts' | 'staged';
  readonly partSize: number;
  readonly checksum: AzureChecksum;
}

const VERSION = 'azure.1';

const FIELDS: TicketFields<TicketFacts> = {
  ...COMMON_FIELDS,
  way: (value) => value === 'single' || value === 'parts' || value === 'staged',
  partSize: (value) => isCount(value) && value >= 1 && value <= MAX_PART_SIZE,
  checksum: (value) => value === 'crc64' || value === 'md5' || value === 'none',
};

export function writeTicket(facts: TicketFacts): Ticket {
  return writeTicketFacts(VERSION, facts);
}

/** @throws `invalid-argument` for what is no ticket of this container and prefix */
export function readTicket(ticket: Ticket, settings: Settings): TicketFacts {
  const { prefix, baseUrl } = settings;
  const found = readTicketFacts(ticket, VERSION, FIELDS, { bucket: baseUrl, prefix });
  if (found.way === 'single' && found.size === null) throw refusedTicket('a single request must have a size');
  return found;
}
