import { TransferError } from '@mesibo-files/handler-core';

/** A token that several wait for is fetched on; who is stopped waits no more. */
export async function untilStopped<Value>(signal: AbortSignal, running: Promise<Value>): Promise<Value> {
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new TransferError('stopped', 'stopped'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([running, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
