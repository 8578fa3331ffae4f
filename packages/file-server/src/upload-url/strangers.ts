import { TransferError } from '@mesibo-files/handler-core';
import { type Clock, SECOND } from '@mesibo-files/handler-core/provider';
import type { Limits } from '../context/limits.ts';
import { Refusal } from '../http/refusal.ts';

type StrangerLimits = Pick<
  Limits,
  'maxUploads' | 'maxStrangerSize' | 'maxStrangerSpool' | 'maxStrangersSpool' | 'minStrangerRate'
>;

/** How often the rate of a stranger is looked at; before the first look it may be anything. */
const LOOK = 10 * SECOND;

/**
 * Files that come before it is known who sends them. They have bounds of their own, each, for each address and all
 * together, so that whatever strangers do, a client that shows its token first finds a place.
 */
export class Strangers {
  readonly #ofAddress = new Map<string, number>();
  #bytes = 0;
  #count = 0;

  /**
   * Keeps room for one file, before anything of it is read. `size`: the most bytes that it can have. Answers how to give
   * the room back.
   * @throws `Refusal` `too-many-uploads`
   */
  enter(address: string | null, size: number, limits: StrangerLimits): () => void {
    const who = address ?? 'unknown';
    const bytes = Math.min(size, limits.maxStrangerSize);
    const own = (this.#ofAddress.get(who) ?? 0) + bytes;
    const full =
      this.#count >= limits.maxUploads ||
      own > limits.maxStrangerSpool ||
      this.#bytes + bytes > limits.maxStrangersSpool;
    if (full) {
      const reason = 'Too many files come before it is known who sends them. Send the fields first.';
      throw new Refusal('too-many-uploads', reason, { 'retry-after': '10' });
    }
    this.#take(who, bytes, 1);
    let held = true;
    return () => {
      if (held) this.#take(who, -bytes, -1);
      held = false;
    };
  }

  #take(who: string, bytes: number, count: number): void {
    this.#bytes += bytes;
    this.#count += count;
    const own = (this.#ofAddress.get(who) ?? 0) + bytes;
    // A file may have no bytes: then nothing is counted of its address.
    if (own > 0) this.#ofAddress.set(who, own);
    else this.#ofAddress.delete(who);
  }
}

/** The refusal of a file that is too large for one that nobody knows the sender of. */
export function tooLargeForStranger(most: number): TransferError {
  const message =
    `A file of more than ${most} bytes must come after its fields, ` +
    'or with its token in the Authorization header.';
  return new TransferError('file-too-large', message);
}

/** Ends a file that comes too slowly. Answers how to stop looking. */
export function watchRate(
  clock: Clock,
  { minStrangerRate }: StrangerLimits,
  received: () => number,
  onSlow: (error: Refusal) => void,
): () => void {
  if (minStrangerRate === 0) return () => undefined;
  const begun = clock.monotonic();
  let cancel = (): void => undefined;
  const look = (): void => {
    const due = ((clock.monotonic() - begun) / SECOND) * minStrangerRate;
    if (received() < due) onSlow(new Refusal('request-too-slow', 'The file comes too slowly.'));
    else cancel = clock.after(LOOK, look);
  };
  cancel = clock.after(LOOK, look);
  return () => cancel();
}
