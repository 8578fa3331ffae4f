import { keyOfFileUrl } from '@mesibo-files/handler-core';
import { ask } from '../authorise/ask.ts';
import type { Credential } from '../authorise/types.ts';
import type { ServerContext } from '../context.ts';
import type { RequestScope } from '../scope.ts';
import { objectFacts } from '../signing/read.ts';
import type { FoundObject } from './find.ts';

/** Removes a file, for whoever may, and tells of it. @throws `Refusal` `unauthorised`, `forbidden` */
export async function removeFile(
  context: ServerContext,
  scope: RequestScope,
  { plan, signer }: FoundObject,
  { url, credential }: { readonly url: string; readonly credential: Credential },
): Promise<void> {
  const { signal, requestId } = scope;
  const asked = { action: 'remove', credential, url, object: objectFacts(plan) } as const;
  const { uid } = await ask(context.authorise, asked, signal);
  if (uid !== undefined) scope.notes.uid = uid;
  await signer.remove(url, { signal });
  const key = keyOfFileUrl(context.fileBase, url) ?? '';
  context.emit({ type: 'removed', requestId, key, reason: 'asked for by a client' });
}
