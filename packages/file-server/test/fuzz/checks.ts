import { ERROR_CODES } from '@mesibo-files/handler-core';
import { SERVER_CODES } from '../../src/http/codes.ts';
import type { WireAnswer } from '../node/answer-parser.ts';
import type { Outcome } from './client.ts';

const CODES: ReadonlySet<string> = new Set([...Object.keys(ERROR_CODES), ...Object.keys(SERVER_CODES)]);

/** What is wrong with an answer; null when it is as every answer must be. */
export function faultOf({ request, answer }: Outcome, token: string): string | null {
  if (answer === null) return null;
  const { status, body } = answer;
  if (status >= 500) return `status ${status}: ${body}`;
  if (request.good && status !== 200) return `a good upload was answered with ${status}: ${body}`;
  if (status < 400) return null;
  return request.method === 'HEAD' ? null : problemFault(answer, token);
}

function problemFault({ headers, body }: WireAnswer, token: string): string | null {
  if (headers['content-type'] !== 'application/json') return `no JSON: ${body}`;
  if (headers['x-request-id'] === undefined) return 'no request id';
  const { code, message } = problemOf(body);
  // The disk store has codes of its own, in a header too, as every store.
  const known = CODES.has(code) || Object.values(headers).includes(code);
  if (!known) return `not one of the codes: ${body}`;
  if (!/^[A-Z].{5,}\.$/s.test(message)) return `no sentence: ${message}`;
  return body.includes(token) ? 'the token is in the answer' : null;
}

/** The JSON of all routes, the upload URL's own, or the disk store's. */
function problemOf(body: string): { code: string; message: string } {
  try {
    const { error, message, code } = JSON.parse(body);
    if (typeof code === 'string') return { code, message: String(message) };
    if (typeof error === 'string') return { code: error, message: String(message) };
    return { code: String(error.code), message: String(error.message) };
  } catch {
    return { code: `unreadable: ${body}`, message: '' };
  }
}
