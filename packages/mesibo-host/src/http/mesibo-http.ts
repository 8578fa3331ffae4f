import { HTTPSTATE, type HttpState, sharedRuntime, TransferError } from '@mesibo-files/handler-core';
import { exchange, lengthOf } from './exchange.ts';
import { urlEncode } from './prepare.ts';
import { MesiboHttpQueue } from './queue.ts';
import { MesiboHttpFields, type MesiboHttpOptions, type PostBundle } from './request-fields.ts';

/** Told how a request goes on. Only `true` lets it go on: any other answer, or an error, ends the request. */
export interface MesiboHttpListener {
  /**
   * @param state - `UPLOAD`: the request is being sent; `DOWNLOAD`: the answer is being received. A request with a body
   * reaches 100 in both, and only 100 of `DOWNLOAD` says that it is done
   * @param percent - from 0 to 100; -1: it failed, and `http.error` says why
   */
  Mesibo_onHttpProgress(http: MesiboHttp, state: number, percent: number): boolean;
}

/** The listener as a function, like iOS's block `Mesibo_onHTTPProgress`. */
export type MesiboHttpProgress = MesiboHttpListener['Mesibo_onHttpProgress'];

/** mesibo's answers: done, and not. */
const RESULT = { OK: 0, FAIL: -1 } as const;

/**
 * One HTTP request, as mesibo's cross-platform HTTP library has it, so that a handler of mesibo's samples can be ported line
 * by line. Stricter than mesibo where its documents are silent: any status but 2xx has failed; a file is there whole or not
 * at all; a request with no body reaches public addresses only, unless {@link MesiboHttpOptions.privateHosts} names the host.
 */
export class MesiboHttp extends MesiboHttpFields {
  static readonly STATE_UPLOAD: number = HTTPSTATE.UPLOAD;
  static readonly STATE_DOWNLOAD: number = HTTPSTATE.DOWNLOAD;
  /** Undocumented; no listener is told it. */
  static readonly STATE_DONE: number = HTTPSTATE.DONE;
  static readonly Queue: typeof MesiboHttpQueue = MesiboHttpQueue;
  /** Ours: the options of requests that are made without any. */
  static defaults: MesiboHttpOptions = {};

  listener: MesiboHttpListener | MesiboHttpProgress | null = null;
  readonly #options: MesiboHttpOptions;
  #run: AbortController | null = null;
  #waiting: (() => void) | null = null;

  constructor(options: MesiboHttpOptions = MesiboHttp.defaults) {
    super();
    this.#options = options;
  }

  /** *Carried*: this library keeps no cache of its own. */
  static setCacheFolder(_path: string, _maxBytes: number): void {
    // Nothing to keep.
  }
  /** A form's fields as one line. */
  static urlEncode(bundle: PostBundle): string {
    return urlEncode(bundle);
  }

  /** Starts the request; the listener is told how it goes on. False: it has no URL, or runs already. */
  execute(): boolean {
    if (!URL.canParse(this.url) || this.#busy) return false;
    void this.#perform(new AbortController());
    return true;
  }
  /** As {@link execute}, and waits for the end; JavaScript can't block, so it is a promise. False: it failed, or did not start. */
  async executeAndWait(): Promise<boolean> {
    if (!URL.canParse(this.url) || this.#busy) return false;
    return this.#perform(new AbortController());
  }
  /** Ends the request, also while it waits in a queue. The listener is told nothing more. */
  cancel(): void {
    this.#waiting?.();
    this.#waiting = null;
    this.#run?.abort();
  }

  /** The answer's body, up to `bufferSize`; null: there is none, or it went to a file. */
  getData(): Uint8Array | null {
    return this.data;
  }
  /** The same as text in UTF-8. */
  getDataString(): string | null {
    return this.data === null ? null : new TextDecoder().decode(this.data);
  }

  /** @internal It waits in a queue, which this takes it out of. False: it has no URL, or runs or waits already. */
  wait(leave: () => void): boolean {
    if (!URL.canParse(this.url) || this.#busy) return false;
    this.#waiting = leave;
    return true;
  }
  /** @internal Its turn in the queue has come. Resolves at the end. */
  runNow(): Promise<boolean> {
    this.#waiting = null;
    return this.#perform(new AbortController());
  }

  get #busy(): boolean {
    return this.#run !== null || this.#waiting !== null;
  }

  async #perform(run: AbortController): Promise<boolean> {
    this.#run = run;
    this.#begin();
    const { runtime = sharedRuntime(), privateHosts = [] } = this.#options;
    try {
      // The caller goes on first, and may still change the request.
      await Promise.resolve();
      await exchange(
        this,
        { runtime, privateHosts, signal: run.signal },
        {
          progress: (state, percent) => this.#told(run, state, percent, false),
          answered: (answer, continuedAt) => {
            const { headers, status } = answer;
            this.respCode = status;
            this.contentLength = lengthOf(headers);
            this.offset = this.downloadOffset + continuedAt;
            this.respEncoding = headers['content-encoding'] ?? null;
            this.respDisposition = headers['content-disposition'] ?? null;
            this.respETag = headers.etag ?? null;
            this.contentAge = Number(headers.age) || 0;
            this.ts = runtime.ports.clock.now();
            this.#told(run, HTTPSTATE.DOWNLOAD, 0, false);
          },
          data: (bytes) => {
            this.data = bytes;
          },
        },
      );
      if (run.signal.aborted) return this.#end(false);
      this.result = RESULT.OK;
      this.#run = null;
      this.#told(run, HTTPSTATE.DOWNLOAD, 100, true);
      return true;
    } catch (thrown) {
      const error = TransferError.from(thrown);
      this.errorCode = -1;
      this.error = error.message;
      this.errorName = error.code;
      const silent = run.signal.aborted;
      this.#end(false);
      if (!silent) this.#told(run, this.state as HttpState, -1, true);
      return false;
    }
  }

  #begin(): void {
    Object.assign(this, RESPONSE);
  }

  #end(done: boolean): boolean {
    this.#run = null;
    return done;
  }

  /** Progress never goes back within a state, and a state never comes back. */
  #told(run: AbortController, state: HttpState, percent: number, end: boolean): void {
    if (run.signal.aborted) return;
    if (!end && (state < this.state || (state === this.state && percent <= this.progress))) return;
    this.state = state;
    this.progress = percent;
    if (this.notifyOnCompleteOnly && !end) return;
    if (!this.#tell(state, percent) && !end) run.abort(stoppedByListener());
  }

  #tell(state: number, percent: number): boolean {
    const { listener } = this;
    try {
      if (listener === null) return true;
      return typeof listener === 'function'
        ? listener(this, state, percent) === true
        : listener.Mesibo_onHttpProgress(this, state, percent) === true;
    } catch {
      return false;
    }
  }
}

function stoppedByListener(): TransferError {
  return new TransferError('stopped', 'the listener ended the request');
}

/** What a new run starts with. */
const RESPONSE: Partial<MesiboHttpFields> = {
  result: RESULT.FAIL,
  respCode: 0,
  errorCode: 0,
  error: null,
  errorName: null,
  state: HTTPSTATE.UPLOAD,
  progress: 0,
  contentLength: 0,
  offset: 0,
  respEncoding: null,
  respDisposition: null,
  respETag: null,
  contentAge: 0,
  ts: 0,
  data: null,
};
