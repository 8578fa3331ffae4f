import { TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer, HttpRequest } from '@mesibo-files/handler-core/provider';

/** Where the plain server's files are. */
export const PLAIN_BASE = 'https://plain.invalid/';

/** A server that knows nothing of signatures: files by name, with ranges. `tags`: whether it gives strong ETags. */
export function plainServer(
  files: ReadonlyMap<string, Uint8Array>,
  tags: boolean,
): (request: HttpRequest) => Promise<HttpAnswer> {
  return async ({ url, headers }) => {
    const bytes = files.get(url.slice(PLAIN_BASE.length));
    if (bytes === undefined) return answer(404, {}, new Uint8Array(0));
    const common: Record<string, string> = tags ? { etag: `"${bytes.length}-${bytes[0] ?? 0}"` } : {};
    const range = /^bytes=(\d+)-$/.exec(headers.range ?? '');
    if (range === null || headers['if-range'] !== common.etag) {
      return answer(200, { ...common, 'content-length': String(bytes.length) }, bytes);
    }
    const first = Number(range[1]);
    if (first >= bytes.length) return answer(416, {}, new Uint8Array(0));
    const rest = bytes.subarray(first);
    const place = `bytes ${first}-${bytes.length - 1}/${bytes.length}`;
    return answer(206, { ...common, 'content-length': String(rest.length), 'content-range': place }, rest);
  };
}

function answer(status: number, headers: Readonly<Record<string, string>>, bytes: Uint8Array): HttpAnswer {
  const unused = (): never => {
    throw new TransferError('internal', 'only its bytes are taken');
  };
  return {
    status,
    headers,
    async consume(onChunk) {
      if (bytes.length > 0) await onChunk(bytes);
    },
    text: unused,
    discard: unused,
  };
}
