import type { BrokenSigner } from './fault.ts';
import { laxStore, sameHeaders } from './lax-store.ts';

/** Signed requests that are good for more than what was signed. */
export const unbound: readonly BrokenSigner[] = [
  {
    name: 'leaves the size unsigned',
    caughtBy: [
      'a larger body than signed is refused or found',
      'a smaller body than signed is refused or found',
    ],
    breaks: laxStore((request, signed) => {
      const found = signed.get(request.url);
      const length = request.headers['content-length'];
      const other = found && request.method === found.method && length !== found.headers['content-length'];
      return other && sameHeaders(request.headers, found.headers, ['content-length']) ? found : undefined;
    }),
  },
  {
    name: 'leaves the content type unsigned',
    caughtBy: ['an upload request with other headers is refused'],
    breaks: laxStore((request, signed) => {
      const found = signed.get(request.url);
      if (!found || request.method !== found.method) return undefined;
      const other = request.headers['content-type'] !== found.headers['content-type'];
      return other && sameHeaders(request.headers, found.headers, ['content-type']) ? found : undefined;
    }),
  },
  {
    name: 'leaves the method unsigned',
    caughtBy: ['an upload request with another method is refused'],
    breaks: laxStore((request, signed) => {
      const found = signed.get(request.url);
      return found && request.method === 'POST' ? found : undefined;
    }),
  },
  {
    name: 'leaves the path unsigned',
    caughtBy: ['an upload request with another path is refused'],
    breaks: laxStore((request, signed) => {
      const query = request.url.slice(request.url.indexOf('?'));
      const found = [...signed.values()].find((each) => each.url.endsWith(query));
      return found && found.url !== request.url && request.method === found.method ? found : undefined;
    }),
  },
  {
    name: 'leaves the query unsigned',
    caughtBy: ['an upload request with another query is refused'],
    breaks: laxStore((request, signed) => {
      const path = request.url.split('?')[0] ?? '';
      const found = [...signed.values()].find((each) => each.url.startsWith(`${path}?`));
      return found && found.url !== request.url && request.method === found.method ? found : undefined;
    }),
  },
  {
    name: 'lets a stored object be written again',
    caughtBy: [
      'no request signed earlier changes one part after its commit',
      'an object that is there already is answered exists',
    ],
    breaks: (bench) => {
      const seen = new Set<string>();
      return laxStore((request, signed) => {
        const found = signed.get(request.url);
        if (!found || request.method !== found.method || !request.body?.size) return undefined;
        const again = seen.has(request.url);
        seen.add(request.url);
        return again ? found : undefined;
      })(bench);
    },
  },
];
