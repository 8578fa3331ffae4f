import { Refusal } from '../http/refusal.ts';

/** Counts uploads that run at once. */
export class Slots {
  #taken = 0;

  /** @throws `Refusal` `too-many-uploads` */
  check(most: number): void {
    if (this.#taken < most) return;
    const reason = 'The server takes no more uploads at the moment.';
    throw new Refusal('too-many-uploads', reason, { 'retry-after': '5' });
  }

  /** Takes one; what is answered gives it back, however often it is called. @throws `Refusal` `too-many-uploads` */
  take(most: number): () => void {
    this.check(most);
    this.#taken += 1;
    let held = true;
    return () => {
      if (held) this.#taken -= 1;
      held = false;
    };
  }
}
