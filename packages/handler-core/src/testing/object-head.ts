import { contentDisposition } from '../naming/content-disposition.ts';
import { objectMetadata } from '../provider/object-metadata.ts';
import type { ObjectHead } from './records.ts';
import type { TicketFacts } from './ticket.ts';

/** What is kept with the object of an upload, whatever its shape. */
export function headOf(ticket: TicketFacts): ObjectHead {
  const { contentType, name } = ticket;
  return {
    contentType,
    disposition: contentDisposition(name, contentType),
    meta: objectMetadata(ticket),
  };
}
