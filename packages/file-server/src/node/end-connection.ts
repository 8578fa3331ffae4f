import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECOND } from '@mesibo-files/handler-core/provider';
import { type Problem, problemBody } from '../http/problem.ts';
import type { NodeRoute } from '../http/serve-node.ts';

/** How long a connection is kept so that a client that still sends reads its answer before the reset. */
const LINGER = 2 * SECOND;

/** How a problem is told on a bare connection. */
export interface BareAnswer {
  readonly requestId: string;
  /** False for a HEAD. */
  readonly withBody: boolean;
  /** As of the route. Default: the JSON of all routes. */
  readonly problemBody?: NodeRoute['problemBody'];
}

/** Answers where there is no response to answer with, and closes the connection. */
export function endConnection(socket: Duplex, problem: Problem, answer: BareAnswer): void {
  const { requestId, withBody } = answer;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers } = problem;
  const body = JSON.stringify((answer.problemBody ?? problemBody)(problem, requestId));
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
