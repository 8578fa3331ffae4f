import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, MIB, SECOND } from '@mesibo-files/handler-core/provider';

/** The rest of a refused upload is read for so long, and up to so many bytes, before the connection is closed. */
const DRAIN_TIME = 5 * SECOND;
const DRAIN_MOST = 64 * MIB;

/** So many are read at once. */
const MOST_READ = 32;

/** An answer in JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Sends the answer to a request that was read to its end. */
export function sendJson(response: ServerResponse, answer: JsonAnswer): void {
  response.end(writeHead(response, answer, {}));
}

/** Answers requests whose body is not wanted. */
export class ReadOut {
  #reading = 0;

  /**
   * Answers, and reads on for a while: a client that first sends all of it sees the answer, where a closed connection
   * would show it nothing but an error. Of a body that is too long for that, and of one more than can be read at once,
   * nothing is read: its client has the time to look for an answer. Resolves when the connection is of no more use.
   */
  async send(
    clock: Clock,
    request: IncomingMessage,
    response: ServerResponse,
    answer: JsonAnswer,
  ): Promise<void> {
    // All of the answer is sent now; only its end is held back, with which Node closes the connection.
    response.write(writeHead(response, answer, { connection: 'close' }));
    const reads = this.#reading < MOST_READ && Number(request.headers['content-length'] ?? 0) <= DRAIN_MOST;
    if (reads) this.#reading += 1;
    await drained(clock, request, reads);
    if (reads) this.#reading -= 1;
    response.end();
  }
}

function writeHead(
  response: ServerResponse,
  { status, headers, body }: JsonAnswer,
  more: Readonly<Record<string, string>>,
): string {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...more,
    ...headers,
  });
  return text;
}

function drained(clock: Clock, request: IncomingMessage, reads: boolean): Promise<void> {
  return new Promise((resolve) => {
    let left = DRAIN_MOST;
    const onData = (chunk: Uint8Array): void => {
      left -= chunk.length;
      if (left < 0) end();
    };
    const end = (): void => {
      cancel();
      request.off('data', onData);
      resolve();
    };
    const cancel = clock.after(DRAIN_TIME, end);
    request.once('close', end);
    request.once('end', end);
    if (reads) request.on('data', onData).resume();
    else request.pause();
  });
}
