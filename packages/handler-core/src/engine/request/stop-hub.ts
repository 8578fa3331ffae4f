/** Callbacks by signal: however many requests wait for a stop, a signal has one listener of ours. */
const hubs = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back once when the signal is raised, which it must not be yet; the answer unsubscribes. */
export function onStop(signal: AbortSignal, callback: () => void): () => void {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    const callbacks = new Set<() => void>();
    hub = callbacks;
    hubs.set(signal, callbacks);
    signal.addEventListener(
      'abort',
      () => {
        for (const one of [...callbacks]) one();
        callbacks.clear();
      },
      { once: true },
    );
  }
  const callbacks = hub;
  callbacks.add(callback);
  return () => void callbacks.delete(callback);
}
