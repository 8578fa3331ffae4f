import { type FileTransferHandler, type PostFields, TransferError } from '@mesibo-files/handler-core';
import { asks, discards, stops } from './asking.ts';
import { Attempt, type Settlement } from './attempt.ts';
import { Transfer, type TransferFacts } from './transfer.ts';

/** Where a file stands between its starts. */
export type TaskState = 'idle' | 'running' | 'deferred' | 'failed' | 'done' | 'discarded';

/** What a task needs of the user that it belongs to. */
export interface TaskHost {
  /** Those to ask, in order; mesibo itself where the app has none. */
  handlers(upload: boolean): readonly FileTransferHandler[];
  /** File transfers are not switched off. */
  enabled(): boolean;
  /** Uploads by itself, as a handler wants it done; reports on the attempt, and ends with its signal. */
  delegate(transfer: Transfer, attempt: Attempt, url: string | null, post: PostFields | null): void;
  /** A transfer began, went on or ended; the task's own state is up to date by then. Null: nobody could be asked. */
  changed(transfer: Transfer | null): void;
  readonly blocked: {
    has(task: FileTask): boolean;
    add(task: FileTask): void;
    delete(task: FileTask): void;
  };
  readonly userUnblocks: boolean;
  onError(error: unknown): void;
}

interface Running {
  readonly attempt: Attempt;
  readonly transfer: Transfer;
  readonly handler: FileTransferHandler;
}

/** One file that has to be moved: asks the handlers, and keeps the state machine between one start and the next. */
export class FileTask {
  readonly upload: boolean;
  readonly #host: TaskHost;
  /** What a transfer would be about now. */
  readonly facts: (priority: number) => TransferFacts;
  readonly #done: (url: string | null) => void;
  #state: TaskState = 'idle';
  #asking = false;
  #discarded = false;
  #running: Running | null = null;
  /** Who moved it last, and what it was asked with: it may keep a part of the file for the next start. */
  #last: Pick<Running, 'transfer' | 'handler'> | null = null;

  /**
   * @param facts - asked at every start, since origin and user object change
   * @param done - called once, before anyone is told; with the URL of an upload
   */
  constructor(
    upload: boolean,
    host: TaskHost,
    facts: (priority: number) => TransferFacts,
    done: (url: string | null) => void,
  ) {
    this.upload = upload;
    this.#host = host;
    this.facts = facts;
    this.#done = done;
  }

  get state(): TaskState {
    return this.#state;
  }

  /** A handler has begun it at least once: something may be at its path. */
  get begun(): boolean {
    return this.#last !== null;
  }

  get blocked(): boolean {
    return this.#state !== 'done' && !this.#discarded && this.#host.blocked.has(this);
  }

  /** There is something to do, and a start may do it. */
  get required(): boolean {
    return !['done', 'running', 'discarded'].includes(this.#state) && !this.blocked;
  }

  get progress(): number {
    return this.#state === 'done' ? 100 : (this.#running?.attempt.progress ?? 0);
  }

  /**
   * Asks the handlers in order; the first that says true owns the transfer. True when it runs, or ran at once. One that
   * runs already is not asked for again; its priority rises, so that a handler may let it go before others that wait.
   */
  start(priority: number): boolean {
    if (this.#running !== null) {
      this.#running.transfer.raise(priority);
      return true;
    }
    if (this.#asking || this.#discarded || this.#state === 'done') return false;
    if (!this.#mayStart(priority)) return false;
    const handlers = this.#host.handlers(this.upload);
    if (handlers.length > 0) return this.#ask(handlers, priority);
    this.#host.onError(noHandlerError());
    this.#state = 'failed';
    this.#host.changed(null);
    return false;
  }

  /** Stops what runs. Late reports are ignored from here on, and the file can be asked for again. */
  stop(): boolean {
    const running = this.#running;
    if (running === null) return false;
    running.attempt.end();
    this.#running = null;
    this.#state = 'deferred';
    stops(running.handler, running.transfer, this.#host.onError);
    this.#host.changed(running.transfer);
    return true;
  }

  /**
   * Gives the file up for good: stops what runs, and lets the handler of an upload that is not done remove what it keeps
   * of it. Nothing starts it again.
   */
  discard(): void {
    if (this.#discarded) return;
    const [running, last, unfinished] = [this.#running, this.#last, this.#state !== 'done'];
    this.#discarded = true;
    this.#state = 'discarded';
    this.#running = null;
    this.#host.blocked.delete(this);
    running?.attempt.end();
    if (last !== null && unfinished)
      discards(last.handler, last.transfer, running !== null, this.#host.onError);
    if (running !== null) this.#host.changed(running.transfer);
  }

  #mayStart(priority: number): boolean {
    if (!this.#host.enabled()) {
      if (this.#state === 'idle') this.#state = 'deferred';
      return false;
    }
    if (this.blocked) {
      if (!(this.#host.userUnblocks && priority > 0)) return false;
      this.#host.blocked.delete(this);
    }
    return true;
  }

  #ask(handlers: readonly FileTransferHandler[], priority: number): boolean {
    this.#state = 'deferred';
    for (const handler of handlers) {
      const { attempt, transfer } = this.#attempt(priority);
      this.#asking = true;
      const accepted = asks(handler, transfer, this.#host.onError);
      this.#asking = false;
      if (this.#discarded) {
        attempt.end();
        if (accepted) discards(handler, transfer, true, this.#host.onError);
        return false;
      }
      if (accepted) {
        this.#last = { transfer, handler };
        this.#running = { attempt, transfer, handler };
        this.#state = 'running';
        attempt.accept();
        return true;
      }
      attempt.end();
      if (attempt.early?.outcome === 'blocked') {
        this.#host.blocked.add(this);
        return false;
      }
    }
    return false;
  }

  #attempt(priority: number): { attempt: Attempt; transfer: Transfer } {
    const attempt = new Attempt(this.upload, {
      progressed: () => this.#host.changed(transfer),
      settled: (settlement) => this.#settle(settlement, transfer),
    });
    const transfer: Transfer = new Transfer(this.facts(priority), attempt, (url, post) =>
      this.#delegate(transfer, attempt, url, post),
    );
    return { attempt, transfer };
  }

  /** What `file.start(url, post)` does: mesibo uploads by itself, and the handler has no more to do with it but to stop. */
  #delegate(transfer: Transfer, attempt: Attempt, url: string | null, post: PostFields | null): void {
    if (attempt.ended) return;
    if (attempt.delegated) this.#host.onError(delegatedTwice());
    else if (this.upload) attempt.delegate(() => this.#host.delegate(transfer, attempt, url, post));
    else {
      this.#host.onError(delegatedDownload());
      attempt.settle({ outcome: 'failed' });
    }
  }

  #settle(settlement: Settlement, transfer: Transfer): void {
    this.#running = null;
    if (settlement.outcome === 'blocked') this.#host.blocked.add(this);
    this.#state = settlement.outcome === 'blocked' ? 'deferred' : settlement.outcome;
    if (settlement.outcome === 'done') this.#done(settlement.url);
    this.#host.changed(transfer);
  }
}

/** mesibo's documents know delegation for uploads only. */
function delegatedDownload(): TransferError {
  return new TransferError('unsupported', 'A download can not be handed back to mesibo with file.start()', {
    hint: 'Download in the handler, and report with setProgress and setResult.',
  });
}

function delegatedTwice(): TransferError {
  return new TransferError('invalid-argument', 'file.start() was called twice for one transfer', {
    hint: 'Call it once; mesibo reports progress and result from then on.',
  });
}

function noHandlerError(): TransferError {
  return new TransferError('unsupported', 'Nobody can move the file: there is no handler and no upload URL', {
    hint: 'Give addListener() a file transfer handler, or call setUploadUrl(), before files are sent.',
  });
}
