import type { ServerResponse } from 'node:http';

/** An answer in JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Sends the answer to a request that was read to its end. */
export function sendJson(response: ServerResponse, answer: JsonAnswer): void {
  response.end(writeHead(response, answer, {}));
}

/** Writes the head of an answer, and answers its body. */
export function writeHead(
  response: ServerResponse,
  { status, headers, body }: JsonAnswer,
  more: Readonly<Record<string, string>>,
): string {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...more,
    ...headers,
  });
  return text;
}
