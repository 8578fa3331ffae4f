import type { Duplex } from 'node:stream';
import type { ServerContext } from '../context/context.ts';
import { problemOf } from '../http/problem.ts';
import { Refusal } from '../http/refusal.ts';
import { endConnection } from './end-connection.ts';
import type { Exchanges } from './exchanges.ts';

/**
 * What a server does with bytes that are no HTTP, or come too slowly: they are answered like any bad request, after the
 * good requests that came before them on the same connection, which then closes.
 */
export function answerClientErrors(
  context: ServerContext,
  exchanges: Exchanges,
): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  const seen = new WeakSet<Duplex>();
  return (error, socket) => {
    // The parser complains again about every piece of rubbish that follows.
    if (seen.has(socket)) return;
    seen.add(socket);
    const broken = exchanges.of(socket).find(({ request }) => !request.complete);
    void exchanges.answered(socket).then(() => {
      // A half-sent answer can't be taken back, and a connection that is gone hears nothing.
      if (broken?.response.headersSent || GONE.has(error.code ?? '')) socket.destroy();
      else refuse(context, refusalOf(error.code), socket, broken?.request.method);
    });
  };
}

const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/** Answers, on the bare connection, what never became a request; and tells of it as of a request. */
export function refuse(
  { emit }: ServerContext,
  refusal: Refusal,
  socket: Duplex,
  method: string = 'none',
): void {
  const problem = problemOf(refusal);
  const requestId = crypto.randomUUID();
  endConnection(socket, problem, requestId, method !== 'HEAD');
  const { status } = problem;
  const common = { requestId, method, route: 'none' };
  emit({ type: 'started', ...common });
  emit({ type: 'request', ...common, status, code: problem.code, milliseconds: 0, uid: null, bytes: 0 });
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
