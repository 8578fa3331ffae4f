import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { letContinue } from './continue.ts';
import { type Problem, problemBody, problemOf } from './problem.ts';
import { requestScope } from './request-scope.ts';
import { GONE, isGone, reportFault, reportRefusal, reportRequest } from './serve-web.ts';
import { onceClosed } from './socket-closes.ts';

/** A route that works on Node's own request and response, because bytes pass through it. */
export interface NodeRoute {
  /** For logs and metrics. */
  readonly name: string;
  /** Whether it takes this request; `path` is under the base URL's path, with no query. */
  readonly matches: (method: string, path: string) => boolean;
  /** Answers; or throws before it has answered, and the error is answered as a problem. */
  readonly handle: (
    context: NodeContext,
    scope: RequestScope,
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<void>;
  /** Whether it tells a client that waits for it to send its body; else that is done before it is called. Default false. */
  readonly lets?: boolean;
  /** Body of a problem, where the route has a dialect of its own. Default: the JSON of all routes. */
  readonly problemBody?: (problem: Problem, requestId: string) => unknown;
}

/** Runs a route: its errors become problems, and what happened is told once. Never rejects. */
export async function serveNode(
  context: NodeContext,
  route: NodeRoute,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  const forget = onceClosed(request.socket, () => gone.abort());
  const scope = requestScope(
    context,
    (name) => headerOf(request, name),
    gone.signal,
    request.socket.remoteAddress ?? null,
  );
  const { requestId } = scope;
  const { method = '' } = request;
  response.setHeader('x-request-id', requestId);
  context.emit({ type: 'started', requestId, method, route: route.name });
  let problem: Problem | null = null;
  if (route.lets !== true) letContinue(request, response);
  try {
    await route.handle(context, scope, request, response);
  } catch (error) {
    problem = problemOf(error);
    reportFault(context, scope, route.name, problem, error);
    reportRefusal(context, scope, { method, route: route.name, problem });
    answerProblem(route, scope, problem, request, response);
  }
  forget();
  // A status that was never sent is none.
  const unsent = problem === null || isGone(scope, problem) ? GONE : problem.status;
  const status = response.headersSent ? response.statusCode : unsent;
  reportRequest(context, scope, { method, route: route.name, status, problem });
}

function answerProblem(
  route: NodeRoute,
  scope: RequestScope,
  problem: Problem,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // The route has answered it itself.
  if (response.writableEnded) return;
  if (response.headersSent || response.destroyed) {
    // Half an answer was sent: the client must see that it is not whole.
    response.destroy();
    return;
  }
  const body = JSON.stringify((route.problemBody ?? problemBody)(problem, scope.requestId));
  // The rest of the body is not read: the connection is closed.
  const unread = request.complete ? {} : { connection: 'close' };
  response.writeHead(problem.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...unread,
    ...problem.headers,
  });
  response.end(body);
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}
