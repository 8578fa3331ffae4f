import type { IncomingMessage, ServerResponse } from 'node:http';

const waiting = new WeakSet<IncomingMessage>();

/** Notes that the client sends its body only when it is told to (RFC 9110, 10.1.1). */
export function expectsContinue(request: IncomingMessage): void {
  waiting.add(request);
}

/** Whether the client still waits: its body need not be read out when it is refused. */
export function waitsForContinue(request: IncomingMessage): boolean {
  return waiting.has(request);
}

/** Tells a client that waits for it to send its body. */
export function letContinue(request: IncomingMessage, response: ServerResponse): void {
  if (!waiting.delete(request)) return;
  // Where another answer comes first, Node would put this one into the middle of its own answer.
  if (response.socket !== null) response.writeContinue();
}
