import { type Runtime, TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer, Target } from '@mesibo-files/handler-core/provider';
import { RecentMap } from '../device/recent-map.ts';

/** What a broken download left beside its place: what it was of. */
interface Left {
  readonly url: string;
  readonly validator: string;
}

/** Broken downloads of this process that may be continued, by their path. */
const leftovers = new RecentMap<string, Left>(1000);

/** Gathers the body of an answer in a file: whole, or not at all. It outlives attempts, each of which continues it. */
export class FileBody {
  readonly #runtime: Runtime;
  readonly #path: string;
  readonly #url: string;
  readonly #resume: boolean;
  #target: Target | null = null;
  #validator: string | null = null;
  #received = 0;

  constructor(runtime: Runtime, path: string, url: string, resume: boolean) {
    this.#runtime = runtime;
    this.#path = path;
    this.#url = url;
    this.#resume = resume;
  }

  /** Bytes that are there already. */
  get received(): number {
    return this.#received;
  }
  /** What an answer must match for its bytes to be the rest of these: for `If-Range`. Null: nothing is there. */
  get validator(): string | null {
    return this.#received > 0 ? this.#validator : null;
  }

  /** Looks for what an earlier request left. */
  async open(): Promise<void> {
    const left = leftovers.get(this.#path);
    if (!this.#resume || left?.url !== this.#url) return;
    this.#validator = left.validator;
    this.#target = await this.#openTarget();
    this.#received = this.#target.kept;
  }

  /**
   * An answer with a body came.
   * @param continues - it is the rest of what is there
   * @param validator - names this version of the file; null: nothing does, and the download can't be continued
   */
  async begin(continues: boolean, validator: string | null): Promise<void> {
    if (continues && this.#target !== null) return;
    await this.#target?.close(false);
    this.#target = null;
    this.#received = 0;
    this.#validator = validator;
    this.#target = await this.#openTarget();
    // Another version may have been left by somebody.
    if (this.#target.kept > 0) {
      await this.#target.close(false);
      this.#target = await this.#openTarget();
    }
  }

  /** Throws away what is there: it is not what the server has. */
  async restart(): Promise<void> {
    await this.#target?.close(false);
    this.#target = null;
    this.#validator = null;
    this.#received = 0;
    leftovers.delete(this.#path);
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#target === null) throw new TransferError('internal', 'a body was written before it began');
    await this.#target.write(this.#received, chunk);
    this.#received += chunk.length;
  }

  async commit(): Promise<void> {
    const target = this.#target;
    if (target === null) throw new TransferError('internal', 'a body ended before it began');
    await target.commit(this.#path);
    this.#target = null;
    leftovers.delete(this.#path);
  }

  /** Gives up; what is there stays for another request, where it can be told what it is of. */
  async close(): Promise<void> {
    const target = this.#target;
    this.#target = null;
    if (target === null) return;
    const keep = this.#resume && this.#validator !== null && this.#received > 0;
    if (keep) await target.keep(this.#received);
    await target.close(keep);
    if (keep) leftovers.set(this.#path, { url: this.#url, validator: this.#validator ?? '' });
    else leftovers.delete(this.#path);
  }

  #openTarget(): Promise<Target> {
    const key = this.#resume && this.#validator !== null ? `http ${this.#validator} ${this.#url}` : null;
    return this.#runtime.ports.files.openTarget(this.#path, key);
  }
}

/** A strong ETag: the only thing that says that two answers are parts of the same file, byte for byte. */
export function validatorOf({ headers }: Pick<HttpAnswer, 'headers'>): string | null {
  const etag = headers.etag ?? '';
  return /^"[^"]*"$/.test(etag) ? etag : null;
}

/** Gathers the body of an answer in memory, as far as it may. */
export class MemoryBody {
  readonly #most: number;
  readonly #gathers: boolean;
  #data: Uint8Array | null = null;

  /** @param gathers - false: it is only ever the last piece */
  constructor(most: number, gathers: boolean) {
    this.#most = most;
    this.#gathers = gathers;
  }

  get data(): Uint8Array | null {
    return this.#data;
  }

  write(chunk: Uint8Array): void {
    const before = this.#gathers ? (this.#data ?? new Uint8Array(0)) : new Uint8Array(0);
    const more = chunk.subarray(0, Math.max(0, this.#most - before.length));
    if (this.#gathers && more.length === 0) return;
    const data = new Uint8Array(before.length + more.length);
    data.set(before);
    data.set(more, before.length);
    this.#data = data;
  }
}
