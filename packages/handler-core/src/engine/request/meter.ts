import type { ErrorCode } from '../../errors/codes.ts';
import type { TransferError } from '../../errors/transfer-error.ts';
import type { Clock } from '../../ports/ports.ts';
import type { AnswerMeaning } from '../../signer/answer.ts';
import type { LinkSpeed } from './speed.ts';

/** A gap this long before a slice was taken shows that the socket's buffer was full, in milliseconds. */
const BLOCKED = 20;

/** What the system's buffers may hold of a body: while nothing is known of the speed, and once something is. */
const UNSEEN_BUFFER = 256 * 1024;
const MOST_BUFFER = 4 * 1024 * 1024;

/** The slowest link that is reckoned with while nothing is known of it, in bytes a second: 2G, shared. */
const SLOWEST = 2 * 1024;

/** Failures that speak of the way, not of what was asked. */
const OF_THE_WAY: ReadonlySet<string> = new Set(['network', 'timeout', 'stalled']);

/** One direction of the link: what its requests' measurements add up to. */
export interface MeteredLink {
  readonly speed: LinkSpeed;
  /** Counts bytes that got through. `now` is on the monotonic clock. */
  count(bytes: number, now: number): void;
  /** An answer began so many milliseconds after its request was handed over. */
  answeredAfter(milliseconds: number): void;
  /** The link broke off, or the store asked for fewer requests. */
  reset(): void;
}

/**
 * Measures one request. Bytes that a socket takes lie in the system's buffers first, so they count as got through only
 * from when on the socket had to wait; of a request that never had to, when it is answered.
 */
export class RequestMeter {
  readonly #clock: Clock;
  readonly #direction: MeteredLink;
  readonly #upload: boolean;
  readonly #start: number;
  #last: number;
  #bytes = 0;
  #drained = 0;
  #blockedAt: number | null = null;
  #sentAt: number | null = null;

  constructor(clock: Clock, direction: MeteredLink, upload: boolean) {
    this.#clock = clock;
    this.#direction = direction;
    this.#upload = upload;
    this.#start = clock.monotonic();
    this.#last = this.#start;
  }

  moved(bytes: number): void {
    const now = this.#clock.monotonic();
    this.#bytes += bytes;
    if (this.#blockedAt === null && now - this.#last >= BLOCKED) this.#blockedAt = this.#last;
    if (!this.#upload) this.#direction.count(bytes, now);
    else if (this.#blockedAt !== null) {
      this.#drained += bytes;
      this.#direction.count(bytes, now);
    }
    this.#last = now;
  }

  /** Everything was handed over. */
  sent(): void {
    this.#sentAt ??= this.#clock.monotonic();
  }

  /** The answer has begun. */
  answered(): void {
    if (this.#sentAt !== null) this.#direction.answeredAfter(this.#clock.monotonic() - this.#sentAt);
  }

  /** How long the link may need for what lies in buffers, in milliseconds. */
  slack(): number {
    if (!this.#upload) return 0;
    const span = this.#blockedAt === null ? 0 : this.#last - this.#blockedAt;
    const own = span > 0 && this.#drained > 0 ? (this.#drained * 1000) / span : null;
    const rate = own ?? this.#direction.speed.known;
    const buffered = Math.min(this.#bytes, rate === null ? UNSEEN_BUFFER : MOST_BUFFER);
    return (buffered * 1000) / (rate ?? SLOWEST);
  }

  /** The request is over: what the store said. One that was refused says nothing of the link, but "fewer" does. */
  answeredAs(means: AnswerMeaning, error: ErrorCode): void {
    if (means === 'retry' && error === 'throttled') this.#direction.reset();
    if (means !== 'done' && means !== 'more') return;
    const now = this.#clock.monotonic();
    this.#direction.speed.seen(this.#bytes, now - this.#start);
    if (this.#upload && this.#blockedAt === null) this.#direction.count(this.#bytes, now);
  }

  /** The request broke off. */
  failed({ code }: TransferError): void {
    if (code === 'stalled' || code === 'timeout') this.#direction.speed.forget();
    if (this.#bytes > 0 && OF_THE_WAY.has(code)) this.#direction.reset();
  }
}
