import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECOND } from '@mesibo-files/handler-core/provider';
import { type Problem, problemBody } from '../http/problem.ts';

/** How long a connection is kept so that a client that still sends reads its answer before the reset. */
const LINGER = 2 * SECOND;

/** Answers where there is no response to answer with, and closes the connection. `withBody`: false for a HEAD. */
export function endConnection(socket: Duplex, problem: Problem, requestId: string, withBody: boolean): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers } = problem;
  const body = JSON.stringify(problemBody(problem, requestId));
  const lines = Object.entries({
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-request-id': requestId,
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${withBody ? body : ''}`);
  lingerOn(socket);
}

/** What still comes is read and dropped, for a while. */
function lingerOn(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), LINGER).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
}
