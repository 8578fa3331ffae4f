import type { Clock } from '@mesibo-files/handler-core/provider';

/**
 * When a message is discarded that was sent at this time.
 * @param expiry - seconds; anything but a positive number: never
 */
export function expiresAt(sentAt: number, expiry: number): number {
  return expiry > 0 ? sentAt + expiry * 1000 : Number.POSITIVE_INFINITY;
}

/**
 * Calls back once the device's clock says so, also where a timer can't take as long or the clock is set back meanwhile. The
 * answer cancels.
 */
export function atTime(clock: Pick<Clock, 'now' | 'after'>, time: number, callback: () => void): () => void {
  let cancel = (): void => undefined;
  if (time === Number.POSITIVE_INFINITY) return cancel;
  const wait = (): void => {
    cancel = clock.after(Math.max(0, time - clock.now()), () => {
      if (clock.now() >= time) callback();
      else wait();
    });
  };
  wait();
  return () => cancel();
}
