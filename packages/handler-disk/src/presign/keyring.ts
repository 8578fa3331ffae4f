import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type RandomPort, toBase64Url, toHex, webRandom } from '@mesibo-files/handler-core/provider';
import type { DiskSecret } from '../options.ts';

/** A new secret with an id of its own. */
export function newDiskSecret(random: RandomPort = webRandom): {
  readonly id: string;
  readonly secret: string;
} {
  return { id: toHex(random.bytes(4)), secret: toBase64Url(random.bytes(32)) };
}

/** The secrets of a store: signs with the first, verifies with any. */
export class Keyring {
  /** Id of the secret that signs. */
  readonly id: string;
  readonly #keys = new Map<string, KeyObject>();

  constructor(secrets: readonly [DiskSecret, ...DiskSecret[]]) {
    this.id = secrets[0].id;
    for (const { id, secret } of secrets) this.#keys.set(id, createSecretKey(Buffer.from(secret)));
  }

  /** HMAC-SHA256 of a text by the first secret, in base64url. */
  sign(text: string): string {
    return this.#hmac(this.id, text);
  }

  knows(id: string): boolean {
    return this.#keys.has(id);
  }

  /** Whether the signature is that of the text. It takes as long for a wrong one as for a right one. */
  verify(id: string, text: string, signature: string): boolean {
    // As texts: other texts than the right one decode to the same bytes.
    const [given, right] = [Buffer.from(signature), Buffer.from(this.#hmac(id, text))];
    return given.length === right.length && timingSafeEqual(given, right);
  }

  /** What tells a secret from another without giving it away, by id. */
  fingerprints(): ReadonlyMap<string, string> {
    const print = (id: string): string => this.#hmac(id, 'mesibo-files: which secret is this?').slice(0, 22);
    return new Map([...this.#keys.keys()].map((id) => [id, print(id)]));
  }

  #hmac(id: string, text: string): string {
    const key = this.#keys.get(id);
    if (key === undefined) throw new RangeError(`There is no secret ${id}.`);
    return createHmac('sha256', key).update(text).digest('base64url');
  }
}
