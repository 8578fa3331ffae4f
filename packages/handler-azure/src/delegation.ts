import { BlobServiceClient } from '@azure/storage-blob';
import { TransferError } from '@mesibo-files/handler-core';
import { MINUTE, type StoreClock } from '@mesibo-files/handler-core/provider';
import { answeredBy, readFailure, transferError } from './errors.ts';
import { defaultCredential } from './identity.ts';
import type { FetchKey } from './keys.ts';
import type { AzureTokenCredential } from './options.ts';

const DOING = 'getting a user delegation key';

/** What `@azure/identity` says of a machine that has no identity, and of a person who has to sign in first. */
const MISSING = /^(CredentialUnavailableError|AggregateAuthenticationError|AuthenticationRequiredError)$/;

/** The most that is told of an identity's own words, in characters. */
const MAX_WORDS = 500;

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
    const service = new BlobServiceClient(endpoint, telling(credential), { retryOptions: { maxTries: 1 } });
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
      const known = identityError(error, failure.name);
      if (known !== null) throw known;
      throw transferError(failure, DOING);
    }
  };
}

/** The credential, which may give no token instead of failing. */
function telling(credential: AzureTokenCredential): AzureTokenCredential {
  return {
    getToken: async (scopes, options) => {
      const token = await credential.getToken(scopes, options);
      if (token !== null) return token;
      throw new TransferError('credentials-missing', `${DOING}: the identity gave no token`);
    },
  };
}

/** The error of an identity that failed, with its own words as the cause; or null for any other. */
function identityError(error: unknown, name: string): TransferError | null {
  if (TransferError.is(error)) return error;
  const code = MISSING.test(name)
    ? 'credentials-missing'
    : name === 'AuthenticationError'
      ? 'credentials-wrong'
      : null;
  if (code === null) return null;
  const words = error instanceof Error ? error.message.slice(0, MAX_WORDS) : name;
  return new TransferError(code, `${DOING}: ${name}`, { cause: new Error(words) });
}
