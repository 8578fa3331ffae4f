import { type ReadCall, type ReadPlan, type Signer, TransferError } from '@mesibo-files/handler-core';
import type { ServerContext } from '../context.ts';

/** An object, and the store that has it. */
export interface FoundObject {
  readonly signer: Signer;
  readonly plan: ReadPlan;
}

/**
 * Looks for a file in all stores, in order.
 * @throws `object-not-found` also for what is no file URL of this server: a client can do nothing else about it
 */
export async function findObject(context: ServerContext, url: string, call: ReadCall): Promise<FoundObject> {
  for (const signer of context.signers.filter((one) => one.owns(url))) {
    const plan = await signer.read(url, call).catch(unlessMissing);
    if (plan !== null) return { signer, plan };
  }
  throw new TransferError('object-not-found', 'There is no file under this URL.');
}

function unlessMissing(error: unknown): null {
  if (TransferError.is(error) && error.code === 'object-not-found') return null;
  throw error;
}
