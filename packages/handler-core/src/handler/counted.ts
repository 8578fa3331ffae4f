import { UnderWay } from '../admission/under-way.ts';
import type { Runtime } from '../runtime/runtime.ts';

const counts = new WeakMap<Runtime['queue'], UnderWay>();

/** The transfers under way of all handlers that share a queue. */
export function underWayOf({ queue }: Pick<Runtime, 'queue'>): UnderWay {
  const known = counts.get(queue) ?? new UnderWay();
  counts.set(queue, known);
  return known;
}
