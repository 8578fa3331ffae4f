import type { ServerContext } from './context.ts';
import { seconds } from './http/problem.ts';
import { Refusal } from './http/refusal.ts';

/** Takes one request of this user's share. @throws `Refusal` `rate-limited` with Retry-After */
export async function takeRate(
  { rateLimiter }: ServerContext,
  kind: 'upload' | 'sign' | 'download',
  uid: number,
): Promise<void> {
  if (rateLimiter === null) return;
  const { allowed, retryAfter } = await rateLimiter.take(`${kind}:${uid}`);
  if (!allowed) {
    throw new Refusal('rate-limited', 'This user asks too often.', { 'retry-after': seconds(retryAfter) });
  }
}
