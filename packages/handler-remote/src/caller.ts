import { TransferError } from '@mesibo-files/handler-core';
import type { SignerCall } from '@mesibo-files/handler-core/provider';
import { type Reader, ShapeError, writeRequest } from '@mesibo-files/handler-core/wire';
import { problemOf } from './problems.ts';
import { readText, type TextAnswer } from './read-text.ts';
import { isToken, type Settings } from './settings.ts';
import { withinTime } from './within-time.ts';

/** One call to the server. */
export interface ServerCall<Answer> {
  /** Names it in errors, as in `beginning an upload`. */
  readonly doing: string;
  /** Under the base URL. */
  readonly path: string;
  /** The JSON to send. Absent: a GET with no body. */
  readonly body?: object;
  /** A secret in the body that no error may show. */
  readonly secret?: string;
  readonly answer: Reader<Answer>;
}

/** Makes one call: no retry but with a new token, which the engine can't do. */
export async function callServer<Answer>(
  settings: Settings,
  call: SignerCall,
  one: ServerCall<Answer>,
): Promise<Answer> {
  const { timeout } = settings;
  return withinTime(call.signal, timeout, one.doing, async (signal) => {
    let token = await tokenOf(settings, one.doing);
    let got = await send(settings, one, token, signal);
    if (got.status === 401) {
      const before = token;
      token = await tokenOf(settings, one.doing);
      if (token !== before) got = await send(settings, one, token, signal);
    }
    return read(got, one, [token, ...(one.secret === undefined ? [] : [one.secret])]);
  });
}

async function tokenOf({ token: ask }: Settings, doing: string): Promise<string> {
  // What the app's own function throws may hold anything: it is no cause of ours.
  const token = await Promise.resolve()
    .then(ask)
    .catch(() => null);
  if (isToken(token)) return token;
  throw new TransferError('unauthorised', `${doing}: there is no token`, {
    hint: 'The option token must be, or answer, printable ASCII with no space.',
  });
}

async function send(
  settings: Settings,
  { path, body, doing }: ServerCall<unknown>,
  token: string,
  signal: AbortSignal,
): Promise<TextAnswer> {
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
  const request: RequestInit = {
    method: body === undefined ? 'GET' : 'POST',
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: writeRequest(body) }),
    // A redirect would be followed with the token, or as a GET.
    redirect: 'manual',
    signal,
  };
  try {
    return await readText(await settings.fetch(settings.baseUrl + path, request));
  } catch (error) {
    if (TransferError.is(error)) throw error;
    // What a fetch throws can show the URL and the headers: only its system's code is kept.
    throw new TransferError('network', `${doing}: the file server can not be reached${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? ` (${code})` : '';
}

function read<Answer>(
  { status, retryAfter, text }: TextAnswer,
  { doing, answer }: ServerCall<Answer>,
  secrets: readonly string[],
): Answer {
  const body = parse(text);
  if (status !== 200) throw problemOf({ status, retryAfter, body, secrets }, doing);
  try {
    return answer(body, 'answer');
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new TransferError('bad-answer', `${doing}: ${error.message}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
