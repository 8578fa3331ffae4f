import type { Ticket } from '@mesibo-files/handler-core';
import { CompactEncrypt, type CryptoKey, compactDecrypt } from 'jose';
import { Refusal } from '../../http/refusal.ts';
import { type TicketFacts, ticketFacts } from './facts.ts';
import type { SealingKey } from './keys.ts';

const ALGORITHM = 'dir';
const ENCRYPTION = 'A256GCM';
/** Names the format: a ticket of another one is not taken for ours. */
const TYPE = 'mesibo-files-upload+1';

/** Makes and reads tickets: JWE in its compact form, encrypted and authenticated with AES-256-GCM. */
export class TicketSeal {
  readonly #newest: SealingKey;
  readonly #keys: ReadonlyMap<string, CryptoKey>;

  /** The first key seals, all open. */
  constructor(keys: readonly [SealingKey, ...SealingKey[]]) {
    this.#newest = keys[0];
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  seal(facts: TicketFacts): Promise<Ticket> {
    const { id, key } = this.#newest;
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(facts)))
      .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION, kid: id, typ: TYPE })
      .encrypt(key);
  }

  /** @throws `Refusal` `ticket-refused` for whatever this server's keys did not seal. It says nothing of why. */
  async open(ticket: Ticket): Promise<TicketFacts> {
    const facts = await this.#decrypt(ticket).catch(() => null);
    if (facts === null) throw new Refusal('ticket-refused', 'This is no ticket of this server.');
    return facts;
  }

  async #decrypt(ticket: Ticket): Promise<TicketFacts | null> {
    const { plaintext, protectedHeader } = await compactDecrypt(
      ticket,
      ({ kid = '' }) => {
        const key = this.#keys.get(kid);
        if (key === undefined) throw new Error('no such key');
        return key;
      },
      { keyManagementAlgorithms: [ALGORITHM], contentEncryptionAlgorithms: [ENCRYPTION] },
    );
    if (protectedHeader.typ !== TYPE) return null;
    return ticketFacts.parse(JSON.parse(new TextDecoder().decode(plaintext)));
  }
}
