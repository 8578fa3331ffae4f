import type { CryptoKey } from 'jose';
import type { TicketKey } from '../../context/options.ts';

/** What the key of an owner's secret is for: another use of the same secret, and another server, have another key. */
const PURPOSE = 'mesibo-files upload ticket 1';

/** A key that seals and opens tickets. */
export interface SealingKey {
  readonly id: string;
  readonly key: CryptoKey;
}

/** Keys of 256 bits out of secrets of any length, by HKDF with SHA-256. `server`: the base URL whose tickets they are for. */
export async function sealingKeys(
  [first, ...others]: readonly [TicketKey, ...TicketKey[]],
  server: string,
): Promise<readonly [SealingKey, ...SealingKey[]]> {
  const sealing = async ({ id, secret }: TicketKey): Promise<SealingKey> => {
    return { id, key: await derive(secret, server) };
  };
  return Promise.all([sealing(first), ...others.map(sealing)]);
}

async function derive(secret: string | Uint8Array, server: string): Promise<CryptoKey> {
  const text = new TextEncoder();
  const bytes = typeof secret === 'string' ? text.encode(secret) : Uint8Array.from(secret);
  const material = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  const info = text.encode(`${PURPOSE} ${server}`);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}
