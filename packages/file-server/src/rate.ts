import type { ServerContext } from './context.ts';
import { seconds } from './http/problem.ts';
import { Refusal } from './http/refusal.ts';

/**
 * Takes one request of this user's share. A limiter that fails lets the request pass, and is reported: it guards the
 * server's strength, not its files.
 * @throws `Refusal` `rate-limited` with Retry-After
 */
export async function takeRate(
  { rateLimiter, emit }: ServerContext,
  kind: 'upload' | 'sign' | 'download',
  uid: number,
): Promise<void> {
  if (rateLimiter === null) return;
  const { allowed, retryAfter } = await rateLimiter.take(`${kind}:${uid}`).catch((error: unknown) => {
    emit({ type: 'fault', requestId: 'none', doing: 'rate limiter', error });
    return { allowed: true, retryAfter: 0 };
  });
  if (!allowed) {
    throw new Refusal('rate-limited', 'This user asks too often.', { 'retry-after': seconds(retryAfter) });
  }
}
