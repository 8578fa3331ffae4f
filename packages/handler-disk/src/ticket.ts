import {
  COMMON_FIELDS,
  type CommonTicketFacts,
  isWhole,
  readTicketFacts,
  refusedTicket,
  type Ticket,
  type TicketFields,
  writeTicketFacts,
} from '@mesibo-files/handler-core/provider';
import { objectPath } from './format/paths.ts';
import { MAX_OBJECT_SIZE, MAX_PART_SIZE, type Settings } from './options.ts';

/** All the state of an upload, as it stands in a ticket: any replica of the signer can go on with it. */
export interface TicketFacts extends CommonTicketFacts {
  /** Id of the folder in which the upload waits for its commit; null for one request of a trusted client, which waits nowhere. */
  readonly session: string | null;
  /** Whether it comes in one request. */
  readonly single: boolean;
  /** Bytes of a session's chunk. */
  readonly partSize: number;
}

const VERSION = 'disk.2';

const FIELDS: TicketFields<TicketFacts> = {
  ...COMMON_FIELDS,
  size: (value) => value === null || isSize(value, MAX_OBJECT_SIZE),
  maxSize: (value) => isSize(value, MAX_OBJECT_SIZE),
  single: (value) => typeof value === 'boolean',
  session: (value) => value === null || (typeof value === 'string' && /^[0-9a-f]{32}$/.test(value)),
  partSize: (value) => isSize(value, MAX_PART_SIZE) && value !== 0,
};

export function writeTicket(facts: TicketFacts): Ticket {
  return writeTicketFacts(VERSION, facts);
}

/**
 * Reads a ticket, trusting nothing in it: a client may have kept or made it.
 * @throws `invalid-argument` for what is no ticket of this store and prefix
 */
export function readTicket(ticket: Ticket, settings: Pick<Settings, 'bucket' | 'prefix'>): TicketFacts {
  const facts = readTicketFacts(ticket, VERSION, FIELDS, settings);
  if (facts.single && facts.size === null) throw refusedTicket('a single request must have a size');
  const waits = !facts.single || facts.staging !== 'none';
  if (waits !== (facts.session !== null)) throw refusedTicket('its session is not as its shape has it');
  if (objectPath('/', facts.key) === null) throw refusedTicket('its key is none that this store makes');
  return facts;
}

function isSize(value: unknown, most: number): boolean {
  return typeof value === 'number' && isWhole(value, 0, most);
}
