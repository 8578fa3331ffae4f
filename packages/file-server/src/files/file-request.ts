import type { Credential } from '../context/authorise.ts';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';

/** A request for a file, whatever brought it. */
export interface FileRequest {
  readonly method: 'GET' | 'HEAD';
  /** The file URL, as it stands in messages. */
  readonly url: string;
  readonly credential: Credential;
  /** How it is to be answered. */
  readonly way: 'redirect' | 'stream';
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | null;
}

/**
 * Reads a request. `target` is its path and query, as they came.
 *
 * The token comes in `Authorization`, or in the query as `auth`. A request with an Authorization header is not
 * redirected unless it asks for that by `?via=redirect`: whether its client takes the header along to the store can't be
 * seen from here, and a store refuses two ways of signing in. `?via=stream` asks for the bytes themselves.
 */
export function fileRequest(
  { basePath, fileBase, downloads }: ServerContext,
  { credential: { token, header } }: RequestScope,
  method: string,
  target: string,
): FileRequest {
  const [path = ''] = target.split('?', 1);
  const asked = new URLSearchParams(target.slice(path.length));
  const via = asked.get('via');
  const usual = header('authorization') === null ? downloads : 'stream';
  return {
    method: method === 'HEAD' ? 'HEAD' : 'GET',
    url: fileBase + path.slice(`${basePath}/files`.length),
    credential: { token: token ?? (asked.get('auth') || null), header },
    way: via === 'redirect' || via === 'stream' ? via : usual,
    header,
  };
}
