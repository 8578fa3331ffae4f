import {
  COMMON_FIELDS,
  type CommonTicketFacts,
  isCount,
  isText,
  pendingName,
  readTicketFacts,
  type Ticket,
  type TicketFields,
  writeTicketFacts,
} from '@mesibo-files/handler-core/provider';
import type { Settings } from './options.ts';

/** All the state of an upload. Any replica of the signer continues with it. */
export interface TicketFacts extends CommonTicketFacts {
  /** The store's id of an upload of parts; null for a file in one request. */
  readonly upload: string | null;
  /** Bytes of every part but the last. */
  readonly partSize: number;
}

const VERSION = 'tiny.1';

const FIELDS: TicketFields<TicketFacts> = {
  ...COMMON_FIELDS,
  upload: (value) => value === null || isText(value),
  partSize: (value) => isCount(value) && value !== 0,
};

export function writeTicket(facts: TicketFacts): Ticket {
  return writeTicketFacts(VERSION, facts);
}

/** @throws `invalid-argument` for what is no ticket of this bucket and prefix */
export function readTicket(ticket: Ticket, settings: Settings): TicketFacts {
  return readTicketFacts(ticket, VERSION, FIELDS, settings);
}

/** Where the bytes land: a trusted client's under the final key, anyone else's where nobody reads them. */
export function landingKey(facts: TicketFacts, { prefix }: Settings): string {
  return facts.staging === 'none' ? facts.key : pendingName(prefix, facts.key);
}
