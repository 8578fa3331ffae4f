/**
 * The progress of one transfer. It never goes back: bytes that must be sent again count once, when they get further
 * than before. 100 is reached by {@link finish} alone.
 */
export class Ledger {
  /** Bytes that the other side has acknowledged. */
  #confirmed = 0;
  /** Bytes on their way, by the part, range or chunk they belong to. */
  readonly #moving = new Map<number, number>();
  #shown: Progress;
  readonly #report: (progress: Progress) => void;

  constructor(total: number | null, report: (progress: Progress) => void) {
    this.#shown = { done: 0, total, percent: 0 };
    this.#report = report;
  }

  get confirmed(): number {
    return this.#confirmed;
  }

  /** The length of a stream became known. */
  setTotal(total: number): void {
    this.#show(this.#shown.done, total);
  }

  /** Counts more bytes of this piece, sent to the network or received from it. */
  moved(piece: number, bytes: number): void {
    this.#moving.set(piece, (this.#moving.get(piece) ?? 0) + bytes);
    this.#recount();
  }

  /** An attempt at this piece failed; its bytes will move again. */
  failed(piece: number): void {
    this.#moving.delete(piece);
  }

  /** The other side holds this piece. */
  confirm(piece: number, bytes: number): void {
    this.#moving.delete(piece);
    this.#confirmed += bytes;
    this.#recount();
  }

  /** Takes back confirmed bytes that turned out to be missing. */
  unconfirm(bytes: number): void {
    this.#confirmed = Math.max(0, this.#confirmed - bytes);
  }

  /** Everything begins anew. */
  restart(): void {
    this.#moving.clear();
    this.#confirmed = 0;
  }

  /** The file is safe. */
  finish(total: number): void {
    this.#shown = { done: total, total, percent: 100 };
    this.#report(this.#shown);
  }

  #recount(): void {
    let done = this.#confirmed;
    for (const bytes of this.#moving.values()) done += bytes;
    this.#show(done, this.#shown.total);
  }

  #show(done: number, total: number | null): void {
    const most = total === null ? done : Math.min(done, total);
    const shown = Math.max(this.#shown.done, most);
    const percent = total === null || total === 0 ? 0 : Math.min(99, Math.floor((shown / total) * 100));
    const next = { done: shown, total, percent: Math.max(this.#shown.percent, percent) };
    if (next.done === this.#shown.done && next.total === this.#shown.total) return;
    this.#shown = next;
    this.#report(next);
  }
}

/** Bytes done of a transfer. `done` never goes down, and reaches `total` only when the file is safe. */
export interface Progress {
  readonly done: number;
  /** Bytes, or null while unknown. */
  readonly total: number | null;
  /** 0 to 100, whole. An upload stays at 99 until it is committed. */
  readonly percent: number;
}
