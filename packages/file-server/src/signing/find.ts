import { type ReadPlan, type Signer, TransferError } from '@mesibo-files/handler-core';
import { ownersOf, type ServerContext } from '../context.ts';
import type { RequestScope } from '../scope.ts';

/** An object, and the store that has it. */
export interface FoundFile {
  readonly signer: Signer;
  readonly plan: ReadPlan;
}

/** Looks for a file in all stores, in order. @throws `foreign-url`, and `object-not-found` when none has it */
export async function findFile(
  context: ServerContext,
  { signal }: RequestScope,
  url: string,
): Promise<FoundFile> {
  for (const signer of ownersOf(context, url)) {
    const plan = await signer.read(url, { signal }).catch(unlessMissing);
    if (plan !== null) return { signer, plan };
  }
  throw new TransferError('object-not-found', 'There is no file under this URL.');
}

function unlessMissing(error: unknown): null {
  if (TransferError.is(error) && error.code === 'object-not-found') return null;
  throw error;
}
