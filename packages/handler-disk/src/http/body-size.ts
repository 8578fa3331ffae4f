import type { IncomingMessage } from 'node:http';
import { StoreFault } from '../store-fault.ts';

/**
 * Bytes of a request's body, as stated. Node's parser holds the client to it: it takes no more for this request, and what
 * breaks off before is not complete.
 * @throws StoreFault 411 where it is not stated
 */
export function bodySize({ headers }: IncomingMessage): number {
  const stated = headers['content-length'] ?? '';
  if (headers['transfer-encoding'] === undefined && /^\d{1,16}$/.test(stated)) return Number(stated);
  throw new StoreFault(
    411,
    'LengthRequired',
    'The request must state its length, and not be sent in chunks.',
  );
}
