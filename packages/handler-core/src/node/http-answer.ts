import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { stopReason } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { HttpAnswer } from '../ports/ports.ts';
import { httpError } from './http-errors.ts';

type Controller = Dispatcher.DispatchController;

/** Takes what undici's dispatcher tells of one request. The body is held back until somebody consumes it. */
export class NodeAnswer {
  readonly handler: Dispatcher.DispatchHandler;
  readonly #signal: AbortSignal;
  readonly #host: string;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: TransferError) => void;
  #controller: Controller | null = null;
  #onChunk: ((chunk: Uint8Array) => void | Promise<void>) | null = null;
  #early: Uint8Array[] = [];
  #failure: TransferError | null = null;
  #ended = false;
  #finish: (() => void) | null = null;
  #busy = false;
  /** Somebody takes the body, or took it. */
  #taken = false;
  #hasConnection: () => void = () => undefined;

  constructor(
    signal: AbortSignal,
    host: string,
    resolve: (answer: HttpAnswer) => void,
    reject: (error: TransferError) => void,
  ) {
    this.#signal = signal;
    this.#host = host;
    this.#resolve = resolve;
    this.#reject = reject;
    this.handler = {
      onRequestStart: (controller) => {
        this.#controller = controller;
        this.#hasConnection();
        if (this.#failure !== null) controller.abort(this.#failure);
      },
      onResponseStart: (controller, status, headers) => {
        if (status < 200) return;
        controller.pause();
        this.#resolve(this.#answer(status, flatten(headers)));
      },
      onResponseData: (_, chunk) => this.#take(chunk),
      onResponseEnd: () => {
        this.#ended = true;
        this.#settle();
      },
      onResponseError: (_, error) => this.fail(httpError(error, this.#host)),
    };
  }

  /** False when the request was stopped before it began. `hasConnection`: told when it waits for a connection no more. */
  begin(hasConnection: () => void): boolean {
    this.#hasConnection = hasConnection;
    if (this.#signal.aborted) {
      hasConnection();
      this.#reject(stopReason(this.#signal));
      return false;
    }
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    return true;
  }

  fail(error: TransferError): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#hasConnection();
    this.#reject(error);
    this.#settle();
  }

  readonly #onAbort = (): void => {
    const reason = stopReason(this.#signal);
    this.fail(reason);
    this.#controller?.abort(reason);
  };

  #answer(status: number, headers: Readonly<Record<string, string>>): HttpAnswer {
    return {
      status,
      headers,
      consume: (onChunk) => this.#consume(onChunk),
      text: async (limit) => {
        const parts: Uint8Array[] = [];
        let size = 0;
        await this.#consume((chunk) => {
          parts.push(copyOf(chunk.subarray(0, Math.max(0, limit - size))));
          size += chunk.length;
          if (size >= limit) this.#drop();
        });
        return new TextDecoder().decode(Buffer.concat(parts));
      },
      discard: async () => {
        if (this.#taken) return;
        let size = 0;
        await this.#consume((chunk) => {
          size += chunk.length;
          if (size > DRAIN_MOST) this.#drop();
        });
      },
    };
  }

  /** Enough was seen: the connection is closed rather than drained. */
  #drop(): void {
    this.#ended = true;
    this.#settle();
    this.#controller?.abort(new TransferError('stopped', 'the rest of the answer is not wanted'));
  }

  #consume(onChunk: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
    this.#taken = true;
    return new Promise((resolve, reject) => {
      this.#onChunk = onChunk;
      this.#finish = () => (this.#failure === null || this.#ended ? resolve() : reject(this.#failure));
      const early = this.#early;
      this.#early = [];
      for (const chunk of early) this.#take(chunk);
      this.#settle();
      if (!this.#busy) this.#controller?.resume();
    });
  }

  #take(chunk: Uint8Array): void {
    // undici repeats an empty chunk each time a paused body goes on; waiting for one would go on for ever.
    if (chunk.length === 0) return;
    if (this.#onChunk === null || this.#busy) {
      this.#early.push(copyOf(chunk));
      return;
    }
    let wait: void | Promise<void>;
    try {
      wait = this.#onChunk(chunk);
    } catch (error) {
      this.#abandon(error);
      return;
    }
    if (wait === undefined) return;
    this.#busy = true;
    this.#controller?.pause();
    wait.then(
      () => this.#goOn(),
      (error) => this.#abandon(error),
    );
  }

  #goOn(): void {
    this.#busy = false;
    while (!this.#busy) {
      const next = this.#early.shift();
      if (next === undefined) break;
      this.#take(next);
    }
    this.#settle();
    if (!this.#busy) this.#controller?.resume();
  }

  /** The consumer failed: nobody wants the rest. */
  #abandon(error: unknown): void {
    const failure = TransferError.from(error);
    this.#busy = false;
    this.#early = [];
    this.fail(failure);
    // It may have been stopped before, while the consumer was busy.
    this.#settle();
    this.#controller?.abort(failure);
  }

  #settle(): void {
    const over = this.#failure !== null || (this.#ended && !this.#busy && this.#early.length === 0);
    if (!over) return;
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (this.#failure !== null && this.#busy) return;
    this.#finish?.();
  }
}

/** A chunk is the socket's own memory; a Buffer's `slice` would not copy it. */
function copyOf(chunk: Uint8Array): Uint8Array {
  return new Uint8Array(chunk);
}

/** An unwanted body up to so many bytes is read to its end, to keep the connection; a longer one costs the connection. */
const DRAIN_MOST = 65_536;

function flatten(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
