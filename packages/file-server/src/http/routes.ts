import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';

/** A route that speaks Request and Response, and so runs anywhere. */
export interface WebRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Under the base URL's path, in Hono's pattern: `/files/*`. */
  readonly path: string;
  /** For logs and metrics. */
  readonly name: string;
  /** Errors it throws are answered as problems. */
  readonly handle: (context: ServerContext, scope: RequestScope, request: Request) => Promise<Response>;
}
