import type { RandomPort } from '../ports/random.ts';

/** The Web Crypto API's chance, which Node and browsers have. */
export const webRandom: RandomPort = {
  fraction: () => Math.random(),
  bytes: (count) => globalThis.crypto.getRandomValues(new Uint8Array(count)),
};
