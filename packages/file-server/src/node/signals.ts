const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The first signal closes, and lets finish what runs; a second one cuts it off. */
export function stopOnSignals(
  { close, closed }: { readonly close: () => Promise<void>; readonly closed: Promise<unknown> },
  cutOff: () => void,
): void {
  let closing = false;
  const stop = (): void => {
    if (closing) cutOff();
    else void close();
    closing = true;
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  void closed.then(() => {
    for (const signal of SIGNALS) process.off(signal, stop);
  });
}
