import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerContext } from '../context/context.ts';
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

/**
 * Ends the connection when the client stands still: when nothing of its body comes, or nothing of the answer goes, for
 * `limits.idleTimeout`. Time that the server itself takes does not count. Answers how to stop.
 */
export function limitIdleTime(
  context: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
): () => void {
  const { clock, limits } = context;
  const { socket } = request;
  let moved = -1;
  let cancel = (): void => undefined;
  const look = (): void => {
    const now = socket.bytesRead + socket.bytesWritten - response.writableLength;
    const owed = response.headersSent
      ? response.writableLength > 0
      : !request.complete && !request.isPaused();
    if (owed && now === moved) end();
    else {
      moved = now;
      cancel = clock.after(limits.idleTimeout, look);
    }
  };
  const end = (): void => {
    if (response.headersSent) socket.destroy();
    else refuse(context, new Refusal('request-too-slow', 'Nothing of the body came for too long.'), socket);
  };
  moved = socket.bytesRead + socket.bytesWritten - response.writableLength;
  cancel = clock.after(limits.idleTimeout, look);
  return () => cancel();
}
