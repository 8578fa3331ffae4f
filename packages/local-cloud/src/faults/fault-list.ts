import type { ActiveFault, Fault, FaultAction, FaultMatch, FaultRequest } from './types.ts';

interface Entry extends ActiveFault {
  readonly fault: Fault;
  matched: number;
  applied: number;
}

/** Whether a fault applies to a request. */
export const matchesRequest = (match: FaultMatch, request: FaultRequest): boolean => {
  const { method, path, query } = match;
  if (method !== undefined && method !== request.method) return false;
  if (typeof path === 'function' && !path(request.path)) return false;
  // `search` minds no lastIndex, which a global RegExp would carry from one request to the next.
  if (path instanceof RegExp && request.path.search(path) < 0) return false;
  if (query !== undefined && !request.query.has(query)) return false;
  return match.request === undefined || match.request(request);
};

/** Faults in the order they were added. */
export class FaultList {
  #entries: Entry[] = [];

  /** Adds a fault; it acts on requests that begin from now on. */
  add(fault: Fault): ActiveFault {
    const entry: Entry = {
      fault,
      matched: 0,
      applied: 0,
      remove: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
    this.#entries.push(entry);
    return entry;
  }

  /** Ends all faults. Requests that a fault holds stay held. */
  clear(): void {
    this.#entries = [];
  }

  /** Counts a request and gives the actions it meets. */
  actionsFor(request: FaultRequest): FaultAction[] {
    const actions: FaultAction[] = [];
    for (const entry of this.#entries) {
      const { match = {}, skip = 0, times = 1, action } = entry.fault;
      if (!matchesRequest(match, request)) continue;
      entry.matched += 1;
      if (entry.matched <= skip || entry.applied >= times) continue;
      entry.applied += 1;
      actions.push(action);
    }
    return actions;
  }
}
