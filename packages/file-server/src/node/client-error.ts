import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServerContext } from '../context/context.ts';
import { type Problem, problemBody, problemOf } from '../http/problem.ts';
import { Refusal } from '../http/refusal.ts';
import type { NodeRoute } from '../http/serve-node.ts';
import { endConnection } from './end-connection.ts';
import type { Exchanges } from './exchanges.ts';
import { answerHttp2, HTTP2_PREFACE } from './http2-by-mistake.ts';

/**
 * What a server does with bytes that are no HTTP, or come too slowly: they are answered like any bad request, after the
 * good requests that came before them on the same connection, which then closes.
 */
export function answerClientErrors(
  context: ServerContext,
  exchanges: Exchanges,
  dialectOf: (request: IncomingMessage) => NodeRoute['problemBody'],
): (error: ParserError, socket: Duplex) => void {
  const seen = new WeakSet<Duplex>();
  return (error, socket) => {
    // The parser complains again about every piece of rubbish that follows.
    if (seen.has(socket)) return;
    seen.add(socket);
    const broken = exchanges.of(socket).find(({ request }) => !request.complete);
    void exchanges.answered(socket).then(() => {
      // A half-sent answer can't be taken back, and a connection that is gone hears nothing.
      if (broken?.response.headersSent || GONE.has(error.code ?? '')) socket.destroy();
      else if (error.code === HTTP2_PREFACE) refuseHttp2(context, socket, error.rawPacket);
      else {
        const problemBody = broken === undefined ? undefined : dialectOf(broken.request);
        refuse(context, refusalOf(error.code), socket, { method: broken?.request.method, problemBody });
      }
    });
  };
}

/** An error of the parser of node:http, with the bytes that it stumbled over. */
interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Uint8Array;
}

function refuseHttp2(context: ServerContext, socket: Duplex, begun: Uint8Array = new Uint8Array()): void {
  const problem = problemOf(new Refusal('http-version', 'This server speaks HTTP/1.1 here, and no HTTP/2.'));
  const requestId = tell(context, problem, 'none');
  answerHttp2(socket, begun, problem, JSON.stringify(problemBody(problem, requestId)));
}

const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/** The request that came in part, as far as it is known. */
interface Broken {
  readonly method?: string | undefined;
  readonly problemBody?: NodeRoute['problemBody'];
}

/** Answers, on the bare connection, what never became a request; and tells of it as of a request. */
export function refuse(
  context: ServerContext,
  refusal: Refusal,
  socket: Duplex,
  { method = 'none', problemBody }: Broken = {},
): void {
  const problem = problemOf(refusal);
  const requestId = tell(context, problem, method);
  const own = problemBody === undefined ? {} : { problemBody };
  endConnection(socket, problem, { requestId, withBody: method !== 'HEAD', ...own });
}

function tell({ emit }: ServerContext, { status, code }: Problem, method: string): string {
  const requestId = crypto.randomUUID();
  const common = { requestId, method, route: 'none' };
  emit({ type: 'started', ...common });
  emit({ type: 'request', ...common, status, code, milliseconds: 0, uid: null, bytes: 0 });
  return requestId;
}

function refusalOf(code: string | undefined): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Refusal('headers-too-large', 'The headers of this request are too large.');
    case 'HPE_INVALID_EOF_STATE':
      return new Refusal('body-cut-off', 'The request ended before it was whole.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Refusal('request-too-slow', 'The request did not come in time.');
    default:
      return new Refusal('bad-request', 'What was sent is no HTTP.');
  }
}
