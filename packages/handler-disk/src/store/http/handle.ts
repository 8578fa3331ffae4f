import type { IncomingMessage, ServerResponse } from 'node:http';
import { faultOf, StoreFault } from '../../format/codes.ts';
import { verifyUrl } from '../../presign/presign.ts';
import type { DiskContext } from '../context.ts';
import { discardSession } from '../sessions.ts';
import { type Answer, preflight, refusalAnswer, send } from './answer.ts';
import { getObject } from './get-object.ts';
import { putObject } from './put-object.ts';
import { putSession } from './put-session.ts';

/** Answers one request, or refuses it when the store is closed. Ends when the answer is sent; never throws. */
export async function handle(
  context: DiskContext,
  request: IncomingMessage,
  response: ServerResponse,
  closed: boolean,
): Promise<void> {
  const { clock, onError } = context.settings;
  let answer: Answer;
  try {
    if (closed) throw new StoreFault(503, 'SlowDown', 'The server is about to end.');
    answer = await route(context, request);
  } catch (error) {
    const fault = faultOf(error);
    // What became of a client that is gone is nobody's fault.
    if (fault.status >= 500 && fault.status !== 503 && !response.destroyed) onError(fault);
    answer = refusalAnswer(fault, request.method !== 'HEAD');
  }
  await send(request, response, answer, clock.now()).catch(onError);
}

async function route(context: DiskContext, request: IncomingMessage): Promise<Answer> {
  const { keyring, settings } = context;
  const { headers, method = '', url: target = '' } = request;
  if (method === 'OPTIONS') return preflight(request);
  const granted = verifyUrl(keyring, settings.storeUrl(), { method, target, headers }, settings.clock.now());
  if (granted.permission === 'read') return getObject(context, granted, request);
  if (granted.session === null) return putObject(context, granted, request);
  if (method === 'PUT') return putSession(context, granted.session, granted.key, request);
  await discardSession(context, granted.session, granted.key);
  return { status: 204 };
}
