import type { Clock } from '@mesibo-files/handler-core/provider';
import type { Limits } from '../context/limits.ts';
import { Refusal } from '../http/refusal.ts';

/**
 * Ends an upload that takes too long: in all, or because its client stands still. All fields before the file must come
 * within one idle time, so that nobody holds a connection with a byte a minute before it is known who that is.
 */
export class Watch {
  readonly #clock: Clock;
  readonly #idle: number;
  readonly #onLate: (error: Refusal) => void;
  readonly #cancelTotal: () => void;
  #cancelIdle: () => void;
  #last: number;
  #began = false;
  #held = false;

  constructor(
    clock: Clock,
    { idleTimeout, requestTimeout }: Pick<Limits, 'idleTimeout' | 'requestTimeout'>,
    onLate: (error: Refusal) => void,
  ) {
    this.#clock = clock;
    this.#idle = idleTimeout;
    this.#onLate = onLate;
    this.#last = clock.monotonic();
    const tooLong = (): void => this.#late('The upload took longer than the server waits.');
    this.#cancelTotal = requestTimeout === 0 ? () => undefined : clock.after(requestTimeout, tooLong);
    this.#cancelIdle = clock.after(idleTimeout, this.#look);
  }

  /** The file has begun: from now on it is enough that bytes come. */
  begin(): void {
    this.#began = true;
    this.moved();
  }

  /** The client sent something. It only leaves a time: a timer for each chunk would cost too much. */
  moved(): void {
    if (this.#began) this.#last = this.#clock.monotonic();
  }

  /** Whether it is the server that lets the client wait. */
  hold(held: boolean): void {
    this.#held = held;
    this.moved();
  }

  stop(): void {
    this.#cancelTotal();
    this.#cancelIdle();
  }

  readonly #look = (): void => {
    const left = this.#held ? this.#idle : this.#last + this.#idle - this.#clock.monotonic();
    if (left > 0) this.#cancelIdle = this.#clock.after(left, this.#look);
    else this.#late('The client sent nothing for too long.');
  };

  #late(reason: string): void {
    this.stop();
    this.#onLate(new Refusal('request-too-slow', reason));
  }
}
