import type { NetworkFault, NetworkFaults } from '@mesibo-files/conformance';
import type { FaultAction, FaultProxy } from '@mesibo-files/local-cloud';

/** The suite's faults, done by a real proxy to the engine's requests under one prefix. */
export function proxyFaults(proxy: FaultProxy, prefix: string): NetworkFaults {
  return {
    add: ({ direction, skip = 0, times = 1, ...fault }) => {
      const match = {
        method: direction === 'download' ? 'GET' : 'PUT',
        path: (path: string) => path.includes(`/${prefix}/`),
      };
      proxy.faults.add({ match, skip, times, action: actionOf({ direction, ...fault }) });
    },
    clear: () => proxy.faults.clear(),
    get requests() {
      return proxy.requests
        .filter(({ path, queryNames }) => path.includes(`/${prefix}/`) && queryNames.includes('sig'))
        .map(({ method, requestBytes, status }) => ({
          direction: method === 'GET' ? ('download' as const) : ('upload' as const),
          sent: requestBytes,
          status: status ?? null,
        }));
    },
    open: () => proxy.connections(),
  };
}

function actionOf(fault: NetworkFault): FaultAction {
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
