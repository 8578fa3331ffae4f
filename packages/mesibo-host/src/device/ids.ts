import type { Mid } from '@mesibo-files/handler-core';
import type { RandomPort } from '@mesibo-files/handler-core/provider';

type Random = Pick<RandomPort, 'bytes'>;

/** A new message id: 64 random bits. The low 32, the sender's own id of the message, are never 0. */
export function newMid(random: Random): Mid {
  for (;;) {
    const mid = numberOf(random.bytes(8));
    if (senderIdOf(mid) !== 0) return mid;
  }
}

/**
 * A message id with the app's own id in its low 32 bits, as mesibo makes a message's id global. 0 is no id: the random one
 * stays.
 */
export function withSenderId(mid: Mid, id: Mid): Mid {
  const own = BigInt.asUintN(32, id);
  return own === 0n ? mid : ((BigInt.asUintN(64, mid) >> 32n) << 32n) | own;
}

/** What an app gives a message of its own: 32 random bits, never 0. */
export function newSenderId(random: Random): number {
  for (;;) {
    const id = Number(numberOf(random.bytes(4)));
    if (id !== 0) return id;
  }
}

/** The sender's own id of a message: the low 32 bits of its `mid`, which may be given as Android's signed number. */
export function senderIdOf(mid: Mid): number {
  return Number(BigInt.asUintN(32, mid));
}

function numberOf(bytes: Uint8Array): bigint {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  return number;
}
