import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { expect, it } from 'vitest';
import { RANGE_REQUESTS, type RangeRequest } from './requests.ts';

/** The bytes of both files. */
export const FILES = { ten: '0123456789', empty: '' } as const;

export type FileName = keyof typeof FILES;

/** Who answers. */
export interface RangeServer {
  readonly url: (file: FileName) => string;
  /** What it is expected to answer; null for a request that tells nothing of it. */
  readonly expected: (request: RangeRequest) => string | null;
}

export interface RangeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export async function askRange(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
): Promise<RangeAnswer> {
  const asked = request(url, { method, headers: { ...headers, connection: 'close' } });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const body = Buffer.concat(await answer.toArray()).toString();
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
}

/** Sends each request of the table, and compares status, Content-Range, length and bytes. */
export function describeRanges(server: () => RangeServer): void {
  it.each(RANGE_REQUESTS.map((one) => ({ ...one, says: says(one) })))('$says', async (one) => {
    const { file = 'ten', method = 'GET' } = one;
    const { url, expected } = server();
    const wanted = expected(one);
    if (wanted === null) return;
    const known = (await askRange(url(file), 'GET', {})).headers;
    const answer = await askRange(url(file), method, filledIn(one.headers, known));
    const range = answer.headers['content-range'];
    expect([answer.status, range].filter((each) => each !== undefined).join(' ')).toBe(wanted);
    checkBytes(answer, method, FILES[file]);
    // What a cache needs to renew its copy (RFC 9110, 15.4.5).
    if (answer.status === 304) {
      expect(answer.headers.etag).toBe(known.etag);
      expect(answer.headers['cache-control']).toBe(known['cache-control']);
    }
  });
}

/** Dates of a server that tells none are those of another file. */
function filledIn(
  headers: Readonly<Record<string, string>>,
  known: IncomingHttpHeaders,
): Record<string, string> {
  const modified = Date.parse(known['last-modified'] ?? 'Fri, 20 Nov 2026 12:00:00 GMT');
  const date = (seconds: number): string => new Date(modified + seconds * 1000).toUTCString();
  const values: Readonly<Record<string, string>> = {
    etag: known.etag ?? '',
    modified: date(0),
    earlier: date(-60),
    later: date(60),
  };
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fill(text)]));
}

function checkBytes({ status, headers, body }: RangeAnswer, method: string, file: string): void {
  if (status !== 200 && status !== 206) return;
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(headers['content-range'] ?? '') ?? [];
  // Several ranges in one body: only nginx makes them.
  if (status === 206 && first === undefined) return;
  const bytes = first === undefined ? file : file.slice(Number(first), Number(last) + 1);
  expect(body).toBe(method === 'HEAD' ? '' : bytes);
  expect(headers['content-length']).toBe(String(bytes.length));
}

function says({ method = 'GET', file = 'ten', headers }: RangeRequest): string {
  return `${method} ${file} ${JSON.stringify(headers)}`;
}
