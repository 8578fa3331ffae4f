import { BlobServiceClient } from '@azure/storage-blob';
import { TransferError } from '@mesibo-files/handler-core';
import { MINUTE, type StoreClock } from '@mesibo-files/handler-core/provider';
import { answeredBy, readFailure, transferError } from './errors.ts';
import { defaultCredential } from './identity.ts';
import type { FetchKey } from './keys.ts';
import type { AzureTokenCredential } from './options.ts';

const DOING = 'getting a user delegation key';

/** Asks the account for user delegation keys as this identity, or as the one that the machine has. */
export function delegation(
  endpoint: string,
  given: AzureTokenCredential | null,
  clock: StoreClock,
): FetchKey {
  let found: Promise<AzureTokenCredential> | undefined;
  return async (startsOn, expiresOn, call) => {
    found ??= given === null ? defaultCredential() : Promise.resolve(given);
    const credential = await found;
    const service = new BlobServiceClient(endpoint, credential, { retryOptions: { maxTries: 1 } });
    const timeout = AbortSignal.timeout(MINUTE);
    const sentAt = Date.now();
    try {
      const abortSignal = AbortSignal.any([call.signal, timeout]);
      const key = await service.getUserDelegationKey(startsOn, expiresOn, { abortSignal });
      if (key.date !== undefined) clock.learn(key.date.getTime(), Date.now() - sentAt);
      return key;
    } catch (error) {
      if (call.signal.aborted) throw new TransferError('stopped', `${DOING}: stopped`);
      if (timeout.aborted) throw new TransferError('timeout', `${DOING}: no answer came`);
      const failure = readFailure(error);
      const { date } = answeredBy(error);
      const off = date === null ? 0 : clock.learn(date, Date.now() - sentAt);
      if (off !== 0)
        throw new TransferError('clock-skewed', `${DOING}: the clock was off by ${Math.round(off / 1000)} s`);
      if (/^(CredentialUnavailableError|AggregateAuthenticationError)$/.test(failure.name)) {
        throw new TransferError('credentials-missing', `${DOING}: ${failure.name}`);
      }
      if (failure.name === 'AuthenticationError')
        throw new TransferError('credentials-wrong', `${DOING}: ${failure.name}`);
      throw transferError(failure, DOING);
    }
  };
}
