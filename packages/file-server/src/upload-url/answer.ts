import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, MIB, SECOND } from '@mesibo-files/handler-core/provider';

/** The rest of a refused upload is read for so long, and up to so many bytes, before the connection is closed. */
const DRAIN_TIME = 5 * SECOND;
const DRAIN_MOST = 64 * MIB;

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

/**
 * Answers a request whose body is not wanted, and reads on for a while: a client that first sends all of it sees the
 * answer, where a closed connection would show it nothing but an error. Resolves when the connection is of no more use.
 */
export async function sendAndDrain(
  clock: Clock,
  request: IncomingMessage,
  response: ServerResponse,
  answer: JsonAnswer,
): Promise<void> {
  // All of the answer is sent now; only its end is held back, with which Node closes the connection.
  response.write(writeHead(response, answer, { connection: 'close' }));
  await drained(clock, request);
  response.end();
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

function drained(clock: Clock, request: IncomingMessage): Promise<void> {
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
    request.on('data', onData);
    request.once('close', end);
    request.once('end', end);
    request.resume();
  });
}
