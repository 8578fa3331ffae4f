/** How soon a transfer is wanted: a number, or a question that is asked whenever a lane is free. */
export type Priority = number | (() => number);

/** The priority now. None, NaN, and a question that throws count as 0. */
export function priorityNow(priority: Priority | undefined): number {
  if (typeof priority !== 'function') return priority || 0;
  try {
    return priority() || 0;
  } catch {
    // The app's fault must not hold up the others in the queue.
    return 0;
  }
}

/** The priority as a question that can be asked again and again. */
export function livePriority(priority: Priority | undefined): () => number {
  return () => priorityNow(priority);
}
