import { TransferError } from '@mesibo-files/handler-core';
import { SECOND, type SignedPart, type SignerCall } from '@mesibo-files/handler-core/provider';
import { lengthRange, NOTHING_THERE, objectHeaders } from '../format/metadata.ts';
import { isSessionUri } from '../format/urls.ts';
import { payer, WEEK } from '../options.ts';
import { landingName, type TicketFacts } from '../ticket.ts';
import type { SignerContext } from './context.ts';

/** What a session has come to. */
export type SessionState = 'open' | 'complete' | 'gone';

/** Why an ended session refuses everything that comes after. */
const FAILED: readonly string[] = [
  'BadDigest',
  'CrcMismatch',
  'EntityTooLarge',
  'EntityTooSmall',
  'PreconditionFailed',
];

/**
 * Opens a session by a signed POST: type, name, metadata, bounds of the size and the condition that nothing is there
 * are settled with it. The answer is its URI, a bearer credential.
 */
export async function openSession(
  { caller, location, presigner, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<string> {
  const headers = {
    ...objectHeaders(facts, settings),
    ...NOTHING_THERE,
    ...lengthRange(facts.size ?? 0, facts.maxSize),
    ...payer(settings.userProject),
    'x-goog-resumable': 'start',
    // The client's transport sends this header unless it is there, and an unsigned one would be refused.
    'x-goog-api-client': 'mesibo-files',
  };
  const key = landingName(facts, settings);
  const origin = call.origin ?? settings.origin;
  const [request] = await presigner.sign([{ method: 'POST', key, query: {}, headers }]);
  if (request === undefined) throw new TransferError('internal', 'Nothing was signed.');
  const answer = await caller.send('opening a session', call, {
    method: 'POST',
    url: request.url,
    headers: { ...headers, ...(origin === null ? {} : { origin }) },
    by: 'url',
  });
  const uri = answer.headers.location ?? '';
  if (isSessionUri(location, uri, key)) return uri;
  throw new TransferError('bad-answer', 'opening a session: the answer names no session of this object');
}

/** The one request of a session: nothing about it is bound but the URI itself, which is good for a week. */
export function sessionPart(facts: TicketFacts, url: string, now: number): SignedPart {
  const timeToLive = Math.max(SECOND, facts.begunAt + WEEK - now);
  return { number: 1, request: { method: 'PUT', url, headers: {}, timeToLive } };
}

/** Asks a session what it has come to. */
export async function askSession(
  { caller }: SignerContext,
  url: string,
  call: SignerCall,
): Promise<SessionState> {
  const answer = await caller.send(
    'asking the session',
    call,
    { method: 'PUT', url, headers: { 'content-range': 'bytes */*' }, by: 'url' },
    ({ status, code }) => [308, 404, 410, 499].includes(status) || FAILED.includes(code ?? ''),
  );
  if (answer.status === 308) return 'open';
  return answer.status < 300 ? 'complete' : 'gone';
}

/** Cancels a session: nothing more can come of it. One that is over already is as good. */
export async function cancelSession({ caller }: SignerContext, url: string, call: SignerCall): Promise<void> {
  await caller.send(
    'cancelling the session',
    call,
    { method: 'DELETE', url, headers: { 'content-length': '0' }, by: 'url' },
    ({ status }) => status >= 400 && status < 500 && status !== 408 && status !== 429,
  );
}
