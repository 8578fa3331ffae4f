import { TransferError } from '@mesibo-files/handler-core';

/**
 * Runs something that ends when the caller stops it, or when its time is over; it is given a signal that says so, and
 * not waited for if it doesn't heed it.
 * @throws `stopped`, `timeout`
 */
export async function withinTime<Value>(
  stop: AbortSignal,
  milliseconds: number,
  doing: string,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  if (stop.aborted) throw new TransferError('stopped', `${doing}: stopped`);
  const controller = new AbortController();
  let release = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    const end = (error: TransferError): void => {
      reject(error);
      controller.abort();
    };
    const stopped = (): void => end(new TransferError('stopped', `${doing}: stopped`));
    const timer = setTimeout(
      () => end(new TransferError('timeout', `${doing}: no answer within ${milliseconds} ms`)),
      milliseconds,
    );
    stop.addEventListener('abort', stopped);
    release = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', stopped);
    };
  });
  try {
    return await Promise.race([run(controller.signal), over]);
  } finally {
    release();
  }
}
