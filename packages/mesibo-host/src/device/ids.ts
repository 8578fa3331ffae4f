import type { Mid } from '@mesibo-files/handler-core';
import type { RandomPort } from '@mesibo-files/handler-core/provider';

type Random = Pick<RandomPort, 'bytes'>;

/** A new message id: 64 random bits, never 0, which means "no message". */
export function newMid(random: Random): Mid {
  return unlessZero(() => numberOf(random.bytes(8)));
}

/** What an app gives a message of its own: 32 random bits, never 0. */
export function newSenderId(random: Random): number {
  return Number(unlessZero(() => numberOf(random.bytes(4))));
}

/** The sender's own id of a message: the low 32 bits of its `mid`, which may be given as Android's signed number. */
export function senderIdOf(mid: Mid): number {
  return Number(BigInt.asUintN(32, mid));
}

function unlessZero(next: () => bigint): bigint {
  for (;;) {
    const number = next();
    if (number !== 0n) return number;
  }
}

function numberOf(bytes: Uint8Array): bigint {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  return number;
}
