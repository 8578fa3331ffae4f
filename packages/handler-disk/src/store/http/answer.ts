import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MIB } from '@mesibo-files/handler-core/provider';
import { CODE_HEADER, OFFSET_HEADER, STORED_HEADER } from '../../format/answers.ts';
import type { StoreFault } from '../../format/codes.ts';

/** Bytes of a body that is not wanted which are still taken, so that the client gets to read why. */
const LINGER: number = 16 * MIB;

/** What is answered to a request. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Closes itself when it is destroyed. */
  readonly body?: string | Readable;
}

/** A refusal. The code stands in a header and in the body. */
export function refusalAnswer({ status, code, message, headers }: StoreFault, withBody: boolean): Answer {
  const body = JSON.stringify({ code, message });
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      [CODE_HEADER]: code,
      ...headers,
    },
    ...(withBody ? { body } : {}),
  };
}

/** Sends an answer. Ends when it is sent, or when there is nobody to send it to. Never throws. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  now: number,
): Promise<void> {
  if (response.destroyed || response.headersSent) {
    if (typeof body === 'object') body.destroy();
    response.destroy();
    return;
  }
  // The store's own time: a signer whose clock is wrong is put right by it.
  response.writeHead(status, { date: new Date(now).toUTCString(), ...CORS_HEADERS, ...headers });
  takeTheRest(request);
  if (typeof body === 'object') {
    // A client that goes away, or a disk that fails amid: the connection is closed, so nobody takes it for the whole.
    await pipeline(body, response).catch(() => undefined);
    return;
  }
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(body, resolve);
  });
}

/** Of a body that is not wanted, some is read all the same: a client that is cut off while it sends may never see the answer. */
function takeTheRest(request: IncomingMessage): void {
  if (request.complete) return;
  let left = LINGER;
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}

const EXPOSED = [
  'accept-ranges',
  'content-disposition',
  'content-length',
  'content-range',
  'date',
  'etag',
  'retry-after',
  CODE_HEADER,
  OFFSET_HEADER,
  STORED_HEADER,
];

/**
 * Any web page may send what was signed for it: the URL is the permission, and a browser adds none of its own (no cookie
 * is looked at).
 */
const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED.join(', '),
  'cross-origin-resource-policy': 'cross-origin',
};

/** The answer to a browser that asks first. */
export function preflight(request: IncomingMessage): Answer {
  const wanted = request.headers['access-control-request-headers'] ?? '';
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, HEAD, PUT, DELETE',
      ...(/^[\w!#$&^.+*'`|~ ,-]{1,4096}$/.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
      'access-control-max-age': '7200',
      vary: 'access-control-request-headers',
    },
  };
}

/** What the session holds, and that it wants more. */
export function moreAnswer(offset: number): Answer {
  return { status: 308, headers: { [OFFSET_HEADER]: String(offset), 'content-length': '0' } };
}

/** That every byte is there. */
export function doneAnswer(): Answer {
  return { status: 200, headers: { 'content-length': '0' } };
}
