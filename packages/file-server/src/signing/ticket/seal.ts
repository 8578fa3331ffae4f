import { fromBase64Url, toBase64Url } from '@mesibo-files/handler-core/provider';
import { CompactEncrypt, type CryptoKey, compactDecrypt } from 'jose';
import type { z } from 'zod';
import type { Sealing, SettlingFacts, TicketFacts } from '../../context/signing-state.ts';
import { Refusal } from '../../http/refusal.ts';
import { settlingFacts, ticketFacts } from './facts.ts';
import type { SealingKey } from './keys.ts';

const ALGORITHM = 'dir';
const ENCRYPTION = 'A256GCM';

/** Seals one kind of text: JWE in its compact form, encrypted and authenticated with AES-256-GCM. */
class Seal<Facts> implements Sealing<Facts> {
  readonly #newest: SealingKey;
  readonly #keys: ReadonlyMap<string, CryptoKey>;
  readonly #type: string;
  readonly #schema: z.ZodType<Facts>;

  /**
   * The first key seals, all open.
   * @param type - names the kind and its format: what was sealed as another is not taken for it
   */
  constructor(keys: readonly [SealingKey, ...SealingKey[]], type: string, schema: z.ZodType<Facts>) {
    this.#newest = keys[0];
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
    this.#type = type;
    this.#schema = schema;
  }

  seal(facts: Facts): Promise<string> {
    const { id, key } = this.#newest;
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(facts)))
      .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION, kid: id, typ: this.#type })
      .encrypt(key);
  }

  /** @throws `Refusal` `ticket-refused` for whatever this server's keys did not seal. It says nothing of why. */
  async open(sealed: string): Promise<Facts> {
    const facts = await this.#decrypt(sealed).catch(() => null);
    if (facts === null) throw new Refusal('ticket-refused', 'This is no ticket of this server.');
    return facts;
  }

  async #decrypt(sealed: string): Promise<Facts | null> {
    if (!sealed.split('.').every(isCanonical)) return null;
    const { plaintext, protectedHeader } = await compactDecrypt(
      sealed,
      ({ kid = '' }) => {
        const key = this.#keys.get(kid);
        if (key === undefined) throw new Error('no such key');
        return key;
      },
      { keyManagementAlgorithms: [ALGORITHM], contentEncryptionAlgorithms: [ENCRYPTION] },
    );
    if (protectedHeader.typ !== this.#type) return null;
    return this.#schema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
  }
}

/** Whether this is the one way to write its bytes. jose ignores the spare bits of a last character, so tickets had twins. */
function isCanonical(text: string): boolean {
  const bytes = fromBase64Url(text);
  return bytes !== null && toBase64Url(bytes) === text;
}

/** Makes and reads tickets. */
export class TicketSeal extends Seal<TicketFacts> {
  constructor(keys: readonly [SealingKey, ...SealingKey[]]) {
    super(keys, 'mesibo-files-upload+1', ticketFacts);
  }
}

/** Makes and reads the ids by which a file that waits is settled. */
export class SettlingSeal extends Seal<SettlingFacts> {
  constructor(keys: readonly [SealingKey, ...SealingKey[]]) {
    super(keys, 'mesibo-files-settling+1', settlingFacts);
  }
}
