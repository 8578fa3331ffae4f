import { TransferError } from '@mesibo-files/handler-core';
import { shareOf } from '../authorise/admit.ts';
import type { ServerContext } from '../context/context.ts';
import type { Holding } from '../context/quotas.ts';
import type { RequestScope } from '../context/scope.ts';
import { seconds } from '../http/problem.ts';
import { Refusal } from '../http/refusal.ts';

/** How much room, and for how many milliseconds. */
interface Room {
  readonly bytes: number;
  readonly keptFor: number;
}

/**
 * Reserves room for a new upload. Null where nothing is counted. Quotas that fail refuse: what they guard is the owner's
 * money, and a client asks again.
 * @throws `Refusal` `quota-exceeded`; `server-error` when the quotas can't be asked
 */
export async function reserve(
  context: ServerContext,
  scope: RequestScope,
  uid: number | undefined,
  room: Room,
): Promise<Holding | null> {
  if (context.quotas === null) return null;
  const holding = { user: shareOf(scope, uid ?? null), id: crypto.randomUUID() };
  await renew(context, holding, room);
  return holding;
}

/** Keeps room for longer: an upload goes on. @throws as {@link reserve} */
export async function renew(
  { quotas, clock }: ServerContext,
  holding: Holding | null,
  { bytes, keptFor }: Room,
): Promise<void> {
  if (holding === null || quotas === null) return;
  const now = clock.now();
  const asked = quotas.reserve({ ...holding, bytes, until: now + keptFor }, now);
  const { allowed, retryAfter } = await asked.catch((cause: unknown) => {
    throw new TransferError('server-error', 'quotas can not be counted', { cause });
  });
  if (allowed) return;
  const headers = { 'retry-after': seconds(retryAfter) };
  throw new Refusal('quota-exceeded', 'This upload would be more than may be stored for now.', headers);
}

/** The upload is stored. Never throws: the file is there, and a reservation that stays lapses. */
export async function settle(context: ServerContext, holding: Holding | null, bytes: number): Promise<void> {
  const { quotas, clock } = context;
  if (holding === null || quotas === null) return;
  await quotas.settle(holding, bytes, clock.now()).catch((error: unknown) => report(context, error));
}

/** Gives the room of a file back that was not stored. Never throws: a reservation that stays lapses. */
export async function release(context: ServerContext, holding: Holding | null): Promise<void> {
  if (holding === null || context.quotas === null) return;
  await context.quotas.release(holding).catch((error: unknown) => report(context, error));
}

function report({ emit }: ServerContext, error: unknown): void {
  emit({ type: 'fault', requestId: 'none', doing: 'quotas', error });
}
