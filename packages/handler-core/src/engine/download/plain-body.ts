import { TransferError } from '../../errors/transfer-error.ts';
import type { HttpAnswer, Target } from '../../ports/ports.ts';
import type { ObjectFacts } from '../../signer/object.ts';
import type { TransferContext } from '../request/context.ts';
import { checkRoom, checkSize } from './bounds.ts';
import type { PlainJob } from './download-job.ts';
import { StagedWriter } from './staging.ts';

/** A version of the file that can be told from any other: only of such a one the rest may be fetched by itself. */
interface Version {
  readonly etag: string;
  readonly size: number;
}

/** The bytes of one plain download, over all its attempts. */
export class PlainBody {
  readonly #context: TransferContext;
  readonly #job: PlainJob;
  #target: Target | null = null;
  /** How many bytes the target holds; null: unknown, or it can't be continued. */
  #version: Version | null = null;
  /** Bytes in the target, from the first. */
  #received = 0;
  #confirmed = 0;
  /** The rest was asked for, after the bytes that are here. */
  #asked = false;

  constructor(context: TransferContext, job: PlainJob) {
    this.#context = context;
    this.#job = job;
  }

  /** Another attempt begins: where an earlier one left bytes of a known version, it goes on from there. */
  async reopen(): Promise<void> {
    if (this.#version === null) return;
    const { size } = this.#version;
    await this.#open(this.#version);
    if (this.#received === 0) await this.#drop();
    else if (this.#received === size) await this.#lookAgain();
  }

  /** All bytes are here, and nothing is left to ask for but whether they are still those of the file. */
  async #lookAgain(): Promise<void> {
    await this.close();
    this.#version = null;
  }

  /** Headers of the next request: only the rest of the very version that is here already, or all of another. */
  headers(): Readonly<Record<string, string>> {
    this.#asked = this.#version !== null && this.#received > 0;
    if (this.#version === null || !this.#asked) return {};
    return { range: `bytes=${this.#received}-`, 'if-range': this.#version.etag };
  }

  /**
   * Takes an answer's body. False: an earlier run of the process has left bytes of this version, and the rest is to be
   * asked for.
   */
  async receive(answer: HttpAnswer, moved: (bytes: number) => void): Promise<boolean> {
    if (answer.status === 206 && this.#asked) this.#checkRest(answer);
    else if (answer.status === 200) {
      const whole = !(await this.#begin(answer));
      if (!whole) {
        await answer.discard();
        return this.#version?.size === this.#received;
      }
    } else throw new TransferError('bad-answer', `the server answered ${answer.status} to a GET`);
    await this.#take(answer, moved);
    return true;
  }

  /** The rest that was asked for is not to be had: the next attempt begins anew. */
  async forget(): Promise<void> {
    await this.#drop();
  }

  /** Moves the file into its place. */
  async commit(answer: HttpAnswer): Promise<ObjectFacts> {
    const { headers } = answer;
    if (this.#target !== null) await this.#job.destination.place(this.#target);
    this.#target = null;
    const contentType = headers['content-type'] ?? 'application/octet-stream';
    const version = headers.etag ?? this.#version?.etag ?? null;
    return { size: this.#received, contentType, version, integrity: { kind: 'none' }, name: null };
  }

  /** The attempt failed. What can be continued stays. */
  async close(): Promise<void> {
    const target = this.#target;
    this.#target = null;
    this.#context.ledger.failed(0);
    if (this.#version === null) this.#confirm(0);
    await target?.close(this.#version !== null).catch(() => undefined);
  }

  /** True when an earlier run has left bytes of this version that are worth asking for the rest. */
  async #begin(answer: HttpAnswer): Promise<boolean> {
    // The bytes here belong to another version, or the server has no ranges.
    await this.#drop();
    const size = statedSize(answer);
    if (size !== null) {
      checkSize(size, this.#context.limits.maxForeignSize);
      this.#context.ledger.setTotal(size);
    }
    const { etag } = answer.headers;
    // A weak tag does not promise the same bytes.
    const strong = etag?.startsWith('"') === true && answer.headers['accept-ranges'] !== 'none';
    await this.#open(size !== null && strong ? { etag, size } : null);
    if (size !== null && this.#target !== null) await checkRoom(this.#target, size - this.#received);
    if (this.#received > 0) this.#job.onResumed(this.#received);
    return this.#received > 0;
  }

  async #open(version: Version | null): Promise<void> {
    const named = version === null ? null : `${version.etag} ${version.size}`;
    this.#target = await this.#job.destination.open(named, true);
    this.#version = version;
    this.#received = Math.min(this.#target.kept, version?.size ?? 0);
    this.#confirm(this.#received);
  }

  async #drop(): Promise<void> {
    const target = this.#target;
    this.#target = null;
    this.#version = null;
    this.#received = 0;
    this.#confirm(0);
    await target?.close(false).catch(() => undefined);
  }

  /** @throws `bad-answer` when what is coming is not what was asked for */
  #checkRest({ headers }: HttpAnswer): void {
    const version = this.#version;
    const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range']?.trim() ?? '');
    const [from, last, total] = (match ?? []).slice(1).map(Number);
    const right = from === this.#received && last === (total ?? 0) - 1 && total === version?.size;
    if (right && (headers.etag === undefined || headers.etag === version?.etag)) return;
    throw new TransferError('bad-answer', `the server sends another range than from ${this.#received} on`);
  }

  async #take(answer: HttpAnswer, moved: (bytes: number) => void): Promise<void> {
    const { ledger, buffers, limits } = this.#context;
    const target = this.#target;
    if (target === null) throw new TransferError('internal', 'a body came before its target was opened');
    const size = this.#version?.size ?? statedSize(answer);
    let writer = new StagedWriter(target, buffers, this.#received);
    try {
      await answer.consume((chunk) => {
        moved(chunk.length);
        this.#received += chunk.length;
        checkSize(this.#received, limits.maxForeignSize);
        ledger.moved(0, chunk.length);
        const added = writer.add(chunk);
        if (this.#version === null || this.#received - this.#confirmed < limits.rangeSize) return added;
        return Promise.resolve(added)
          .then(() => writer.end())
          .finally(() => {
            writer = new StagedWriter(target, buffers, this.#received);
          })
          .then(() => this.#keep(target));
      });
    } finally {
      await writer.end();
      if (this.#version !== null) await this.#keep(target);
    }
    if (size !== null && this.#received !== size) {
      throw new TransferError('network', `the answer was cut off after ${this.#received} of ${size} bytes`);
    }
  }

  async #keep(target: Target): Promise<void> {
    await target.keep(this.#received);
    this.#confirm(this.#received);
  }

  /** How many bytes are safely stored here. */
  #confirm(bytes: number): void {
    const { ledger } = this.#context;
    if (bytes > this.#confirmed) ledger.confirm(0, bytes - this.#confirmed);
    else ledger.unconfirm(this.#confirmed - bytes);
    this.#confirmed = bytes;
  }
}

/** Bytes of the whole file, where the answer tells; a compressed answer tells the compressed length. */
function statedSize({ headers }: HttpAnswer): number | null {
  const length = headers['content-length'];
  return length === undefined || headers['content-encoding'] !== undefined ? null : Number(length);
}
