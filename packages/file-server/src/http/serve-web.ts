import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { type Problem, problemBody, problemOf } from './problem.ts';
import { requestScope } from './request-scope.ts';
import type { WebRoute } from './routes.ts';

/** Runs a route: its errors become problems, and what happened is told once. */
export async function serveWeb(
  context: ServerContext,
  route: Pick<WebRoute, 'name' | 'handle'>,
  request: Request,
  address: string | null,
): Promise<Response> {
  const scope = requestScope(context, (name) => request.headers.get(name), request.signal, address);
  const { method } = request;
  context.emit({ type: 'started', requestId: scope.requestId, method, route: route.name });
  let problem: Problem | null = null;
  let response: Response;
  try {
    response = await route.handle(context, scope, request);
  } catch (error) {
    problem = problemOf(error);
    reportFault(context, scope, route.name, problem, error);
    reportRefusal(context, scope, { method, route: route.name, problem });
    const { status, headers } = problem;
    response = Response.json(problemBody(problem, scope.requestId), {
      status,
      headers: { 'cache-control': 'no-store', ...headers },
    });
  }
  response.headers.set('x-request-id', scope.requestId);
  const status = isGone(scope, problem) ? GONE : response.status;
  reportRequest(context, scope, { method, route: route.name, status, problem });
  return response;
}

/** The client went away before it was answered: no status of HTTP, but the usual one of logs. */
export const GONE = 499;

/** Whether a request failed only because nobody waits for it any more. */
export function isGone({ signal }: RequestScope, problem: Problem | null): boolean {
  return signal.aborted && problem?.code === 'stopped';
}

/** What the client must not read goes to the log. */
export function reportFault(
  { emit }: ServerContext,
  scope: RequestScope,
  doing: string,
  problem: Problem,
  error: unknown,
): void {
  const { requestId } = scope;
  if (problem.status >= 500 && !isGone(scope, problem) && !REFUSALS.has(problem.code)) {
    emit({ type: 'fault', requestId, doing, error });
  }
}

/** Refusals that are no mistake of the request, but a decision about its sender. */
const REFUSALS: ReadonlySet<string> = new Set<Problem['code']>([
  'unauthorised',
  'forbidden',
  'foreign-page',
  'rate-limited',
  'quota-exceeded',
  'too-many-uploads',
  'ticket-refused',
  'file-too-large',
  'type-refused',
]);

/** Tells of a refusal, for an audit: who wanted what, and why not. */
export function reportRefusal(
  { emit }: ServerContext,
  { requestId, address, notes: { uid, key } }: RequestScope,
  { method, route, problem }: { readonly method: string; readonly route: string; readonly problem: Problem },
): void {
  const { code, message } = problem;
  if (!REFUSALS.has(code)) return;
  emit({ type: 'refused', requestId, method, route, uid, address, key, code, reason: message });
}

/** Tells of a finished request. */
export function reportRequest(
  { emit, clock }: ServerContext,
  scope: RequestScope,
  {
    method,
    route,
    status,
    problem,
  }: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly problem: Problem | null;
  },
): void {
  const { requestId, startedAt, notes } = scope;
  const { uid, bytes } = notes;
  const milliseconds = clock.monotonic() - startedAt;
  emit({
    type: 'request',
    requestId,
    method,
    route,
    status,
    code: problem?.code ?? null,
    milliseconds,
    uid,
    bytes,
  });
}
