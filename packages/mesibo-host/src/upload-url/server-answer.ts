import { TransferError } from '@mesibo-files/handler-core';
import type { UploadDialect } from './options.ts';

/**
 * The file's URL out of the server's answer to an upload. Strict: anything but a clear yes with an absolute http(s) URL
 * is a failure, and is not tried again, since the server has had the file.
 *
 * @throws `store-refused`, `bad-answer`
 */
export function urlInAnswer(text: string, dialect: UploadDialect, host: string): string {
  const answer = objectOf(text);
  if (answer === null) throw bad(host, 'answered something else than a JSON object');
  const [success, url] =
    dialect === 'current' ? [answer.result === true, answer.url] : [answer.result === 'OK', answer.file];
  if (!success) {
    throw new TransferError('store-refused', `${host} did not take the file`, {
      hint: 'The server answered without `"result": true`. Ask it why; the token may be wrong or expired.',
    });
  }
  if (typeof url !== 'string' || !isWebUrl(url))
    throw bad(host, 'took the file and told no http(s) URL of it');
  return url;
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function bad(host: string, what: string): TransferError {
  return new TransferError('bad-answer', `${host} ${what}`, { retryable: false });
}
