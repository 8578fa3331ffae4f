import type { Mid, RandomPort } from '@mesibo-files/handler-core';

/** A new message id: 64 random bits, never 0, which means "no message". */
export function newMid(random: Pick<RandomPort, 'bytes'>): Mid {
  for (;;) {
    let mid = 0n;
    for (const byte of random.bytes(8)) mid = (mid << 8n) | BigInt(byte);
    if (mid !== 0n) return mid;
  }
}
