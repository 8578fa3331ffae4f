import type { SignedPart, SignedRequest } from '@mesibo-files/handler-core/provider';

/** A signed request with one thing about it changed. */
export interface Tampered {
  /** The change, for the report. */
  readonly what: string;
  /** The kind of change: it decides by which declaration the store must refuse it. */
  readonly kind: 'method' | 'path' | 'query' | 'header' | 'type';
  readonly request: SignedRequest;
}

/** Headers that belong to the transport, and the one that a body of another size changes anyway. */
const TRANSPORT = ['host', 'content-length'];

/** The same request, by every other method that could do harm. */
export function otherMethods(request: SignedRequest): readonly Tampered[] {
  const methods = (['PUT', 'POST', 'DELETE'] as const).filter((method) => method !== request.method);
  return methods.map((method) => ({
    what: `method ${method}`,
    kind: 'method',
    request: { ...request, method },
  }));
}

/** The same request, for other keys. */
export function otherPaths(request: SignedRequest): readonly Tampered[] {
  const url = new URL(request.url);
  const paths = {
    'a longer key': `${url.pathname}x`,
    'a key beside it': `${url.pathname.slice(0, url.pathname.lastIndexOf('/'))}/other.mp4`,
    'a key above it': url.pathname.replace(/\/[^/]+\/[^/]+$/, '/other.mp4'),
  };
  return Object.entries(paths).map(([what, path]) => ({
    what,
    kind: 'path',
    request: { ...request, url: request.url.replace(url.pathname, path) },
  }));
}

/** The same request with each query parameter changed, and with each left out. */
export function otherQueries(request: SignedRequest): readonly Tampered[] {
  const mark = request.url.indexOf('?');
  if (mark === -1) return [];
  const pairs = request.url.slice(mark + 1).split('&');
  const rebuilt = (kept: readonly string[]): SignedRequest => ({
    ...request,
    url: `${request.url.slice(0, mark)}?${kept.join('&')}`,
  });
  return pairs.flatMap((pair, index) => {
    const name = pair.split('=')[0] ?? '';
    const changed = pairs.map((each, at) =>
      at === index ? `${name}=${altered(pair.slice(name.length + 1))}` : each,
    );
    return [
      { what: `query ${name} changed`, kind: 'query', request: rebuilt(changed) },
      {
        what: `query ${name} left out`,
        kind: 'query',
        request: rebuilt(pairs.filter((_, at) => at !== index)),
      },
    ] as const;
  });
}

/** The same request with each signed header changed, and with each left out. */
export function otherHeaders(request: SignedRequest): readonly Tampered[] {
  return Object.entries(request.headers)
    .filter(([name]) => !TRANSPORT.includes(name))
    .flatMap(([name, value]) => {
      const kind = name === 'content-type' ? 'type' : 'header';
      const { [name]: _, ...rest } = request.headers;
      return [
        {
          what: `header ${name} changed`,
          kind,
          request: { ...request, headers: { ...rest, [name]: altered(value) } },
        },
        { what: `header ${name} left out`, kind, request: { ...request, headers: rest } },
      ] as const;
    });
}

/** The same request, for a body of this many bytes. */
export function forSize(part: SignedPart, size: number): SignedPart {
  const { request } = part;
  if (request.headers['content-length'] === undefined) return part;
  return {
    ...part,
    request: { ...request, headers: { ...request.headers, 'content-length': String(size) } },
  };
}

/** Another value of the same form: a number grows tenfold, a text gets another character amid. */
function altered(value: string): string {
  if (/^\d+$/.test(value)) return `${value}0`;
  const middle = Math.floor(value.length / 2);
  const character = value[middle] === 'a' ? 'b' : 'a';
  return value === '' ? 'a' : value.slice(0, middle) + character + value.slice(middle + 1);
}
