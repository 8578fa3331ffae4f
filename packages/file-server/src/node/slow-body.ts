import type { IncomingMessage } from 'node:http';
import type { ServerContext } from '../context.ts';
import { Refusal } from '../http/refusal.ts';
import { refuse } from './client-error.ts';

/** Ends the connection when the body of a request that is small by nature has not come in time. Answers how to stop. */
export function limitBodyTime(context: ServerContext, request: IncomingMessage): () => void {
  if (request.complete) return () => undefined;
  const cancel = context.clock.after(context.limits.idleTimeout, () => {
    if (request.complete) return;
    const refusal = new Refusal('request-too-slow', 'The body of the request did not come in time.');
    refuse(context, refusal, request.socket);
  });
  request.once('end', cancel);
  request.once('close', cancel);
  return cancel;
}
