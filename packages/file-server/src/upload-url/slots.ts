import { type Clock, SECOND } from '@mesibo-files/handler-core/provider';
import { Refusal } from '../http/refusal.ts';

/** Who was let in and has not taken its slot by then holds nobody else up. */
const TURN = SECOND;

/** How long, and with how many others, somebody may wait for a slot. */
export interface Queueing {
  readonly clock: Clock;
  /** Slots there are. */
  readonly most: number;
  /** Milliseconds; 0: nobody waits. */
  readonly patience: number;
  /** The most that wait at once. */
  readonly longest: number;
  /** Raised when nobody is there any more; the reason is what is thrown then. */
  readonly signal: AbortSignal;
}

/** Counts uploads that run at once, and lets more wait for a while, first come first served. */
export class Slots {
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  /** How many are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes one; what is answered gives it back, however often it is called. @throws `Refusal` `too-many-uploads` */
  take(most: number): () => void {
    if (this.#taken >= most) throw full();
    this.#taken += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#taken -= 1;
      this.#next();
    };
  }

  /** The same, once there is one. @throws `Refusal` `too-many-uploads` when there is none in time, or too many wait */
  async takeSoon(queueing: Queueing): Promise<() => void> {
    while (this.#taken >= queueing.most) await this.#wait(queueing);
    return this.take(queueing.most);
  }

  /**
   * Resolves when there seems to be room: whoever waits here takes nothing yet, for it may turn out to have no right to.
   * The answer is to be called when it is clear what became of it.
   * @throws as {@link takeSoon}
   */
  async room(queueing: Queueing): Promise<() => void> {
    if (this.#taken < queueing.most) return () => undefined;
    await this.#wait(queueing);
    const next = (): void => {
      if (this.#taken < queueing.most) this.#next();
    };
    const cancel = queueing.clock.after(TURN, next);
    return () => {
      cancel();
      next();
    };
  }

  #next(): void {
    const [first] = this.#waiting;
    first?.();
  }

  #wait({ clock, patience, longest, signal }: Queueing): Promise<void> {
    if (patience <= 0 || this.#waiting.size >= longest) throw full();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.#waiting.delete(go);
        cancel();
        signal.removeEventListener('abort', onGone);
        settle();
      };
      const go = (): void => end(resolve);
      const onGone = (): void => end(() => reject(signal.reason));
      const cancel = clock.after(patience, () => end(() => reject(full())));
      this.#waiting.add(go);
      signal.addEventListener('abort', onGone, { once: true });
      if (signal.aborted) onGone();
    });
  }
}

function full(): Refusal {
  const reason = 'The server takes no more uploads at the moment.';
  return new Refusal('too-many-uploads', reason, { 'retry-after': '5' });
}
