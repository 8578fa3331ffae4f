import type { Duplex } from 'node:stream';
import { SECOND } from '@mesibo-files/handler-core/provider';
import type { Problem } from '../http/problem.ts';

/** Code of Node's parser for the first line of HTTP/2. */
export const HTTP2_PREFACE = 'HPE_PAUSED_H2_UPGRADE';

const PREFACE_LENGTH = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'.length;
const FRAME_HEAD = 9;

/** Frames (RFC 9113, 6). */
const [DATA, HEADERS, SETTINGS, GOAWAY] = [0, 1, 4, 7];
const END_HEADERS = 4;
const END_STREAM = 1;
const ACK = 1;

/** The reason of a GOAWAY: use HTTP/1.1. */
const HTTP_1_1_REQUIRED = 13;

/** So long and so many bytes may a client take until its first request has come. */
const WAIT = 2 * SECOND;
const MOST = 65_536;

/**
 * Answers a client that speaks HTTP/2 without TLS, which this server does not: by a whole answer in HTTP/2, so that the
 * client shows it, and not an error of its own. `begun`: what came so far.
 */
export function answerHttp2(socket: Duplex, begun: Uint8Array, problem: Problem, body: string): void {
  let bytes: Buffer = Buffer.from(begun);
  const end = (): void => {
    clearTimeout(timer);
    socket.off('data', onData);
    socket.off('end', end);
    if (!socket.writable) socket.destroy();
    else {
      socket.end(answerTo(streamIn(bytes), problem, body));
      linger(socket);
    }
  };
  const onData = (chunk: Uint8Array): void => {
    bytes = Buffer.concat([bytes, chunk]);
    if (streamIn(bytes) !== null || bytes.length > MOST) end();
  };
  const timer = setTimeout(end, WAIT).unref();
  socket.on('data', onData);
  // Before Node's own, which ends the connection.
  socket.prependListener('end', end);
  socket.once('close', () => clearTimeout(timer));
  onData(new Uint8Array());
  if (!socket.writableEnded) socket.resume();
}

function linger(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), WAIT).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
}

/** The stream of the first request, or null while it has not come. */
function streamIn(bytes: Buffer): number | null {
  for (let at = PREFACE_LENGTH; at + FRAME_HEAD <= bytes.length; ) {
    if (bytes[at + 3] === HEADERS) return bytes.readUInt32BE(at + 5);
    at += FRAME_HEAD + bytes.readUIntBE(at, 3);
  }
  return null;
}

function answerTo(stream: number | null, { status }: Problem, text: string): Buffer {
  const body = Buffer.from(text);
  const settings = [frame(SETTINGS, 0, 0), frame(SETTINGS, ACK, 0)];
  const last = Buffer.alloc(8);
  last.writeUInt32BE(stream ?? 0);
  last.writeUInt32BE(HTTP_1_1_REQUIRED, 4);
  if (stream === null) return Buffer.concat([...settings, frame(GOAWAY, 0, 0, last)]);
  // HPACK (RFC 7541): names of the static table, values as they are.
  const headers = Buffer.concat([
    literal([0x08], String(status)),
    literal([0x0f, 31 - 15], 'application/json'),
    literal([0x0f, 28 - 15], String(body.length)),
  ]);
  return Buffer.concat([
    ...settings,
    frame(HEADERS, END_HEADERS, stream, headers),
    frame(DATA, END_STREAM, stream, body),
    frame(GOAWAY, 0, 0, last),
  ]);
}

function literal(name: readonly number[], value: string): Buffer {
  return Buffer.concat([Buffer.from([...name, value.length]), Buffer.from(value, 'latin1')]);
}

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
