import type { ReadPlan } from '@mesibo-files/handler-core/provider';
import type { ReadRequest } from '@mesibo-files/handler-core/wire';
import type { Caller } from '../authorise/admit.ts';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { findFile } from './find.ts';

/** How a file is fetched, by whoever may have it. */
export async function read(
  context: ServerContext,
  scope: RequestScope,
  { url, bare = false }: ReadRequest,
  caller: Caller,
): Promise<ReadPlan> {
  const { plan } = await findFile(context, scope, { action: 'download', url, bare }, caller);
  return plan;
}
