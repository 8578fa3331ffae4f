import type { HttpAnswer, HttpBody, HttpRequest } from '../ports/ports.ts';
import { browser, type XhrRequest } from './globals.ts';
import { browserFailure, settable } from './http-failure.ts';

/** Sends a request with a body, and tells how much of it was sent. The answers to such requests are short. */
export async function xhrAnswer(request: HttpRequest, body: HttpBody): Promise<HttpAnswer> {
  const blob = await blobOf(body);
  const { signal } = request;
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(browserFailure(request.url, signal));
    if (signal.aborted) return fail();
    const xhr = new browser.XMLHttpRequest();
    const abort = (): void => xhr.abort();
    const over = (): void => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    xhr.open(request.method, request.url);
    xhr.responseType = 'text';
    for (const [name, value] of settable(request.headers)) xhr.setRequestHeader(name, value);
    let sent = 0;
    xhr.upload.onprogress = ({ loaded }) => {
      if (loaded > sent) request.onSent?.(loaded - sent);
      sent = Math.max(sent, loaded);
    };
    xhr.onload = () => {
      over();
      resolve(answerOf(xhr));
    };
    xhr.onerror = () => {
      over();
      fail();
    };
    xhr.onabort = fail;
    xhr.send(blob);
  });
}

async function blobOf(body: HttpBody): Promise<Blob> {
  const slices: Uint8Array[] = [];
  for await (const slice of body.slices()) slices.push(slice);
  return new Blob(slices as Uint8Array<ArrayBuffer>[]);
}

function answerOf(xhr: XhrRequest): HttpAnswer {
  const bytes = new TextEncoder().encode(xhr.responseText);
  return {
    status: xhr.status,
    headers: headersOf(xhr.getAllResponseHeaders()),
    consume: async (onChunk) => {
      if (bytes.length > 0) await onChunk(bytes);
    },
    text: async (limit) => new TextDecoder().decode(bytes.subarray(0, limit)),
    discard: async () => undefined,
  };
}

/** Lines of `name: value`, the names in lower case, as the XMLHttpRequest standard writes them. */
function headersOf(lines: string): Record<string, string> {
  return Object.fromEntries(
    lines
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
}
