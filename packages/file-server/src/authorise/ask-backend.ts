import { isWhole, MINUTE, OptionChecks, SECOND } from '@mesibo-files/handler-core/provider';
import type { Authorise, AuthoriseRequest } from '../context/authorise.ts';
import { checkNames } from '../context/known-names.ts';
import { readDecision } from './backend-answer.ts';

export interface AskBackendOptions {
  /** Where the question is posted, as JSON. */
  readonly url: string;
  /** Headers of the question, beside Content-Type: a secret by which the backend knows this server, for one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers of the client's request that the backend is shown, by name in lower case: `cookie`. Default none. */
  readonly forward?: readonly string[];
  /** Milliseconds to wait for the answer, up to a minute. Default 5 s. */
  readonly timeout?: number;
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Lets your own backend decide. It is posted `{ action, token, headers, … }` with the facts of the upload or of the
 * object, `mid` in decimal, the form's other fields as `fields`, and answers status 200 with `{ "allow": true, "uid"?, "maxSize"?, "secure"? }` or
 * `{ "allow": false, "why": "sign-in" | "forbidden", "reason" }`. When it can't be reached, or answers anything else,
 * nothing is allowed: the client gets a 503.
 * @throws `invalid-argument`
 */
export function askBackend(options: AskBackendOptions): Authorise {
  const { url, headers = {}, forward = [], timeout = 5 * SECOND, fetch = globalThis.fetch } = options;
  const checks = new OptionChecks('Backend');
  checkNames(checks, OPTIONS, options);
  checks.check(/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''), 'url: an http or https URL');
  checks.check(isWhole(timeout, 1, MINUTE), 'timeout: up to a minute, in milliseconds');
  checks.end();
  return async (request, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(question(request, forward)),
      // What the question holds is for this URL alone.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
    });
    return await readDecision(response);
  };
}

/** Every option there is. */
const OPTIONS: Readonly<Record<keyof AskBackendOptions, true>> = {
  url: true,
  headers: true,
  forward: true,
  timeout: true,
  fetch: true,
};

function question(request: AuthoriseRequest, forward: readonly string[]): Record<string, unknown> {
  const { credential, ...facts } = request;
  const headers = Object.fromEntries(forward.map((name) => [name, credential.header(name)]));
  const shown = { token: credential.token, headers };
  if (facts.action !== 'upload') return { ...facts, ...shown, object: withoutDigests(facts.object) };
  const { fields = new Map(), ...upload } = facts;
  return { ...upload, ...shown, mid: String(upload.mid), fields: Object.fromEntries(fields) };
}

function withoutDigests(object: Extract<AuthoriseRequest, { object: unknown }>['object']): object {
  const { size, contentType, name, sender } = object;
  return { size, contentType, name, sender: sender ?? null };
}
