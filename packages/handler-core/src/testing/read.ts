import { TransferError } from '../errors/transfer-error.ts';
import type { ReadPlan } from '../signer/signer.ts';
import { READ_ANSWERS } from './answer-rules.ts';
import type { SignerContext } from './signer-context.ts';
import { objectFacts } from './stored-object.ts';
import { signUrl } from './url-signature.ts';

/** A signed GET of an object, bound to its version unless it must work as a bare URL. @throws `object-not-found` */
export function readObject(context: SignerContext, key: string, now: number, bare: boolean): ReadPlan {
  const { backend, secret, baseUrl, ranges, settings } = context;
  const object = backend.objects.get(key);
  if (object === undefined)
    throw new TransferError('object-not-found', 'There is no such object in the memory store.');
  const headers: Record<string, string> = bare ? {} : { 'if-match': object.version };
  const { timeToLive } = settings;
  const url = signUrl(secret, baseUrl, { method: 'GET', key, query: {}, headers, issuedAt: now, timeToLive });
  return {
    ...objectFacts(object),
    request: { method: 'GET', url, headers, timeToLive },
    answers: READ_ANSWERS,
    ranges,
    serverTime: now,
  };
}
