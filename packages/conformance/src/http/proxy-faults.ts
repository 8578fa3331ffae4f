import type { NetworkFault, NetworkFaults } from '../harness/network-faults.ts';

/** What a proxy does to a request, in the words of `@mesibo-files/local-cloud`, whose fault proxy fits this as it is. */
type ProxyAction =
  | { readonly kind: 'hang' | 'close-before' | 'lose-answer' }
  | { readonly kind: 'close-after-request-bytes'; readonly bytes: number }
  | { readonly kind: 'truncate-answer'; readonly afterBytes: number }
  | { readonly kind: 'corrupt-request' | 'corrupt-answer'; readonly offset: number }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

/** A proxy that stands in front of a store and misbehaves. */
export interface ProxyWithFaults {
  readonly faults: {
    add(fault: {
      readonly match: {
        readonly method: string;
        readonly path: (path: string) => boolean;
        readonly request: (request: { readonly query: URLSearchParams }) => boolean;
      };
      readonly skip: number;
      readonly times: number;
      readonly action: ProxyAction;
    }): unknown;
    clear(): void;
  };
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly queryNames: readonly string[];
    readonly requestBytes: number;
    readonly status?: number | undefined;
  }[];
  connections(): number;
}

/**
 * The suite's faults, done by a real proxy to the signed requests under one prefix.
 * @param signedBy - names of query parameters, one of which every request of a plan carries and no call of an SDK does
 */
export function proxyFaults(
  proxy: ProxyWithFaults,
  prefix: string,
  signedBy: readonly string[],
): NetworkFaults {
  const isSigned = (names: readonly string[]): boolean => signedBy.some((name) => names.includes(name));
  return {
    add: ({ direction, skip = 0, times = 1, ...fault }) => {
      const match = {
        method: direction === 'download' ? 'GET' : 'PUT',
        path: (path: string) => path.includes(`/${prefix}/`),
        request: ({ query }: { readonly query: URLSearchParams }) => isSigned([...query.keys()]),
      };
      proxy.faults.add({ match, skip, times, action: actionOf({ direction, ...fault }) });
    },
    clear: () => proxy.faults.clear(),
    get requests() {
      return proxy.requests
        .filter(({ method, path, queryNames }) => {
          return method !== 'POST' && path.includes(`/${prefix}/`) && isSigned(queryNames);
        })
        .map(({ method, requestBytes, status }) => ({
          direction: method === 'GET' ? ('download' as const) : ('upload' as const),
          sent: requestBytes,
          status: status ?? null,
        }));
    },
    open: () => proxy.connections(),
  };
}

function actionOf(fault: NetworkFault): ProxyAction {
  const { kind, direction, bytes = 0 } = fault;
  if (kind === 'close') {
    if (direction === 'download') return { kind: 'truncate-answer', afterBytes: bytes };
    return bytes === 0 ? { kind: 'close-before' } : { kind: 'close-after-request-bytes', bytes };
  }
  if (kind === 'server-error') {
    const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
    return { kind: 'status', status: 503, headers };
  }
  if (kind === 'rubbish') {
    return { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html>' };
  }
  if (kind === 'corrupt')
    return { kind: direction === 'upload' ? 'corrupt-request' : 'corrupt-answer', offset: 0 };
  if (kind === 'delay') return { kind, milliseconds: fault.milliseconds ?? 0 };
  return { kind };
}
